"""Serve in the local network: `python -m scripts.lan [ADDRESS] [PORT]`. What it takes is in docs/phone.md."""

from __future__ import annotations

import sys

from astrow2fa import runtime

if __name__ == "__main__":
    # As server.py does, and the only loop that this kind of serving is for.
    runtime.patch("eventlet")

import os
import ssl
import subprocess

from astrow2fa.app import CannotStart
from astrow2fa.app.serving import start
from astrow2fa.config import Config, ConfigError
from scripts.lan import network, page
from scripts.lan.authority import Certified, certified
from scripts.lan.people import qr

WRONG = 2
OURS = ("HOST", "PORT", "PUBLIC_URL", "ASYNC_MODE", "TRUSTED_PROXIES", "LICENCE_KEYS")


class Wrong(Exception):
    """One line for whoever started it."""


def context(found: Certified) -> ssl.SSLContext:
    """TLS 1.2 or newer, with our certificate."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(found.chain, found.key)
    return made


def check(environ: dict[str, str]) -> None:
    """Variables that this decides itself, or that belong to another kind of installation. Raises Wrong."""
    for name in OURS:
        if f"ASTROW2FA_{name}" in environ:
            raise Wrong(f"ASTROW2FA_{name} is set, and run-lan decides it itself; leave it out")


def prepared(address: str, port: int, url: str) -> tuple[Config, Certified]:
    """Everything on the disk, told to the person at the terminal. Raises Wrong, ConfigError, OSError, ValueError."""
    folder = Config.load(os.environ).instance / "lan"
    found = certified(folder, address)
    issuers = folder / "issuers.json"
    _heading("1. Let the phone trust this computer")
    print(f"Scan this with the phone, in the same network: {network.origin('http', address, port + 1)}/")
    qr(network.origin("http", address, port + 1) + "/")
    print(f"The certificate that it hands out has this SHA-256 fingerprint:\n{found.fingerprint}", flush=True)
    told = subprocess.run([sys.executable, "-m", "scripts.lan.people", url, str(issuers)], check=False)
    if told.returncode:
        raise Wrong("")
    ours = {"HOST": address, "PORT": str(port), "PUBLIC_URL": url}
    if issuers.exists():
        ours["LICENCE_KEYS"] = str(issuers)
    return Config.load({**os.environ, **{f"ASTROW2FA_{name}": text for name, text in ours.items()}}), found


def _heading(text: str) -> None:
    bold = "\033[1m{}\033[0m" if sys.stdout.isatty() else "{}"
    print(f"\n{bold.format(text)}\n")


def main() -> int:
    """Exit code: 0 after an orderly end, 2 and one line when something was wrong from the start."""
    asked = [*sys.argv[1:], "", ""]
    try:
        check(dict(os.environ))
        address = network.own_address(asked[0])
        port = network.own_port(asked[1], address)
        url = network.origin("https", address, port)
        config, found = prepared(address, port, url)
        small = page.server(address, port + 1, found, url)
        runtime.spawn(small.serve_forever)
        start(config, tls=context(found))
    except (Wrong, ConfigError, CannotStart, ValueError, OSError) as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n" if str(error) else "")
        return WRONG
    return 0


if __name__ == "__main__":
    sys.exit(main())
