"""Bodies of the phone API: JSON objects with text in them, read strictly."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import request

from astrow2fa.core.errors import Malformed

NAME_LONGEST = 64
TEXT_LONGEST = 1024


def json_body() -> dict[str, object]:
    """The body as a JSON object. Raises Malformed."""
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise Malformed("body") from error
    if not isinstance(body, dict):
        raise Malformed("body")
    return body


def text(body: Mapping[str, object], name: str, longest: int = TEXT_LONGEST) -> str:
    """A member that has to be text of 1 to `longest` characters. Raises Malformed."""
    value = body.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest or "\0" in value:
        raise Malformed(name)
    try:
        value.encode()
    except UnicodeEncodeError as error:  # JSON can carry halves of surrogate pairs, which are not text.
        raise Malformed(name) from error
    return value


def label(body: Mapping[str, object], name: str) -> str:
    """A short text that people read. Raises Malformed."""
    value = text(body, name, NAME_LONGEST).strip()
    if not value or not value.isprintable():
        raise Malformed(name)
    return value


def one_of(body: Mapping[str, object], name: str, choices: tuple[str, ...]) -> str:
    """Raises Malformed."""
    value = body.get(name)
    if not isinstance(value, str) or value not in choices:
        raise Malformed(name)
    return value
