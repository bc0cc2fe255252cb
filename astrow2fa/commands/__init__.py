"""The operator's commands."""

from __future__ import annotations

from flask import Flask

from astrow2fa.config import Config


def register(app: Flask, config: Config) -> None:
    """Puts them on `flask --app server`."""
