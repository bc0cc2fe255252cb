"""The blueprint of all pages under /system, each family of which is a file beside this one."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__)
