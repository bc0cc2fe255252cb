"""Where the server of an instance is: for commands beside it, which print links with its address."""

from __future__ import annotations

from astrow2fa.config import Config

FILE = "address"


def leave(config: Config) -> None:
    """Left by the server once it knows its port."""
    left = config.instance / FILE
    left.touch(mode=0o600)
    left.write_text(config.public_url)


def found(config: Config) -> Config:
    """The same with the port that a server has picked, when none is given."""
    left = config.instance / FILE
    if config.port == 0 and not config.public_url_given and left.is_file():
        port = left.read_text().rpartition(":")[2]
        return config.with_port(int(port)) if port.isdigit() else config
    return config
