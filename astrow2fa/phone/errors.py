"""What can go wrong for a phone. Each tells a person what to do, in its message."""

from __future__ import annotations

from collections.abc import Mapping

# One plain sentence for each code of the protocol's table of errors.
MEANINGS = {
    "malformed": "The server did not understand what was sent.",
    "bad_signature": "The server does not accept this phone's signature.",
    "stale": "This phone's clock is wrong, and it could not be corrected.",
    "replayed": "The server has seen this call before.",
    "bad_code": "The code, the name or the password is not right, or the code was used or is too old.",
    "wrong_password": "The present password is not right.",
    "device_revoked": "This phone was removed. Pair it again.",
    "not_permitted": "This account may not use Astrow Mobile, or is disabled.",
    "not_licensed": "The server has no licence for this. The administrator can install one.",
    "unknown_confirmation": "There is no such sign-in, or it is somebody else's.",
    "already_settled": "This sign-in has been answered already.",
    "expired": "The time for this sign-in is over. Sign in again in the browser.",
    "number_required": "The number on the browser's screen must be sent with the OK.",
    "wrong_number": "The number was wrong, and so this sign-in was refused. Sign in again in the browser.",
    "weak_password": "The new password is too weak.",
    "limited": "Too often in a short time. Wait a little.",
    "unavailable": "The server cannot work at the moment. Try again in a minute.",
    "internal": "Something went wrong at the server. Try again in a minute.",
    "push_host": "The server does not push to this push service; its operator can allow it.",
    "not_found": "The user has nothing of that ID, or the server does not offer this.",
}


LACKS = {
    "too_short": "it is too short",
    "too_long": "it is too long",
    "too_few_different": "too few different letters and digits",
    "needs_special": "no special character",
    "needs_capital": "no capital letter",
    "needs_more_signs": "too few different special characters and capitals",
    "common": "it is among the common ones",
    "own_name": "it is much like the user's own name",
    "used_before": "it was used before",
}

# Nothing is wrong with what was sent: later it may well be taken.
PASSING = frozenset({"limited", "unavailable", "internal"})


class PhoneError(Exception):
    """Abstract: something that a person has to be told."""


class Refused(PhoneError):
    """The server said no, with a code of the protocol."""

    def __init__(self, code: str, answer: Mapping[str, object] | None = None, status: int = 0) -> None:
        answer = answer or {}
        super().__init__(MEANINGS.get(code, f"The server refused: {code or status}") + _lacks(answer))
        self.code = code
        self.status = status
        self.server_time = answer.get("server_time")
        self.reasons = answer.get("reasons")
        self.retry_after = answer.get("retry_after")


def _lacks(answer: Mapping[str, object]) -> str:
    reasons = answer.get("reasons")
    return (
        f" Why: {', '.join(LACKS.get(str(r), str(r)) for r in reasons)}." if isinstance(reasons, list) else ""
    )


class Untrusted(PhoneError):
    """Something that claims to come from the server and does not hold: never shown, never answered."""


class Unreachable(PhoneError):
    """No answer from the server, or none that this protocol knows."""


class NotPaired(PhoneError):
    """The state file is missing, or not one of ours."""


class BadLink(PhoneError):
    """A pairing link or address that is none."""
