"""What is promised on standard output: the address, and checkpoints of the log."""

from __future__ import annotations

import io
import logging

log = logging.getLogger(__name__)

STANDARD_OUTPUT = 1


def say(line: str) -> None:
    """Writes one line, at once. That nobody reads it any more is no reason to stop.

    Past Python's own buffer, or what could not be written would be tried again as the process ends, and fail it; and
    not by a function that an event loop has replaced by one that waits for the reader.
    """
    try:
        with io.FileIO(STANDARD_OUTPUT, "wb", closefd=False) as stream:
            stream.write(f"{line}\n".encode())
    except OSError as error:
        log.warning("standard output cannot be written: %s", error)
