"""The text of a compact JWS, read strictly: one spelling for each token, and JSON without surprises.

Everything here raises Malformed and nothing else, whatever it is given.
"""

from __future__ import annotations

import json
import math
import re
from base64 import urlsafe_b64encode
from binascii import a2b_base64
from typing import NamedTuple

from astrow2fa.core.errors import Malformed

MOST_CHARACTERS = 16 * 1024
MOST_KID_CHARACTERS = 128
# Nesting is never deeper than the number of brackets, and counting them costs nothing.
MOST_BRACKETS = 64
# Beyond this JavaScript, and a float here, can no longer tell neighbours apart (RFC 8259 §6).
MOST_INTEGER = 2**53 - 1

# An empty signature is let through to the check of the signature: "alg": "none" is a wrong one, not a slip of the pen.
_SHAPE = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")


_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_STANDARD = bytes.maketrans(b"-_", b"+/")
_ALPHABET = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
# The last sign of two carries 4 bits too many, the last of three 2: those have to be 0.
_LAST = {2: frozenset(_SIGNS[::16]), 3: frozenset(_SIGNS[::4])}


class Parts(NamedTuple):
    """The three parts as they stand, and the bytes that are signed."""

    header: str
    payload: str
    signature: str
    signed: bytes


def split(token: object) -> Parts:
    """The parts of a compact JWS of at most 16 KiB."""
    if not isinstance(token, str) or len(token) > MOST_CHARACTERS:
        raise Malformed("not a text of at most 16 KiB")
    shape = _SHAPE.fullmatch(token)
    if shape is None:
        raise Malformed("not three parts in base64url")
    header, payload, signature = shape.groups()
    return Parts(header, payload, signature, token[: shape.end(2)].encode("ascii"))


def encode(raw: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(part: str) -> bytes:
    """The inverse of `encode`, for its own spelling only: no padding, no other sign, no bits left over at the end."""
    # Python's decoder skips signs it does not know and ignores left-over bits.
    left = len(part) % 4
    if _ALPHABET.fullmatch(part) is None or left == 1 or (left and part[-1] not in _LAST[left]):
        raise Malformed("not base64url in its one spelling")
    return a2b_base64(part.encode("ascii").translate(_STANDARD) + b"=" * (-left % 4))


def json_object(part: str) -> dict[str, object]:
    """The JSON object (RFC 8259, UTF-8) that a part holds.

    Refused: a member given twice, NaN and infinities, integers beyond 2^53 - 1, lone surrogates and NUL, which
    no database column takes, and more than 64 brackets.
    """
    raw = decode(part)
    if raw.count(b"{") + raw.count(b"[") > MOST_BRACKETS:
        raise Malformed("nested too deeply")
    try:
        text = raw.decode("utf-8")
        value: object = _DECODER.decode(text)
        if "\\u" in text:
            _refuse_unstorable(value)
    except (ValueError, RecursionError) as error:
        raise Malformed("not proper JSON") from error
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("a member is given twice")
    return members


def _integer(digits: str) -> int:
    number = int(digits)
    if abs(number) > MOST_INTEGER:
        raise Malformed("a number that is too large")
    return number


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Malformed("a number that is not finite")
    return number


def _constant(name: str) -> object:
    raise Malformed(f"{name} is not JSON")


def _refuse_unstorable(value: object) -> None:
    """Escapes can spell what UTF-8 cannot (UnicodeEncodeError, a ValueError), and NUL."""
    if isinstance(value, str):
        if "\0" in value:
            raise Malformed("a text with NUL")
        value.encode("utf-8")
    elif isinstance(value, list):
        for item in value:
            _refuse_unstorable(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _refuse_unstorable(name)
            _refuse_unstorable(item)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)
