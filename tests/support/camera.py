"""What Chromium's fake camera sees: a QR code, as a film of one picture."""

from __future__ import annotations

from pathlib import Path

import segno

WIDTH, HEIGHT = 640, 480
WHITE, BLACK, GREY = 235, 16, 128  # video levels of ITU-R BT.601
QUIET = 4  # modules of white around a code


def film(text: str, path: Path) -> Path:
    """A YUV4MPEG2 file with the QR code of `text` in the middle of the picture; returns `path`."""
    matrix = segno.make(text, error="m", micro=False).matrix
    side = len(matrix)
    scale = HEIGHT // (side + 2 * QUIET)
    left, top = (WIDTH - side * scale) // 2, (HEIGHT - side * scale) // 2
    lines = [bytearray([WHITE]) * WIDTH for _ in range(HEIGHT)]
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                for y in range(top + row * scale, top + (row + 1) * scale):
                    x = left + column * scale
                    lines[y][x : x + scale] = bytearray([BLACK]) * scale
    picture = b"".join(lines) + bytes([GREY]) * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + b"FRAME\n" + picture)
    return path
