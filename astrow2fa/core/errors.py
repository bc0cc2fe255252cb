"""Every refusal the product can answer, one class per code of the protocol.

A refusal says *what* was refused, for the client, in one word (`code`). What exactly was wrong is for the log
and travels as the exception's message, which is never sent to a client.
"""

from __future__ import annotations

from collections.abc import Sequence


class Refusal(Exception):
    """Something was asked that is not done. Abstract: raise one of its children."""

    code: str


class Malformed(Refusal):
    """Not the right shape, type, size, token type, claim or place."""

    code = "malformed"


class BadSignature(Refusal):
    """Wrong key, algorithm, key id, audience, method, path or body hash."""

    code = "bad_signature"


class Stale(Refusal):
    """Outside the time in which it counts. The answer carries the server's time: the phone corrects itself."""

    code = "stale"


class Replayed(Refusal):
    """A proof or connect assertion whose `jti` was seen before."""

    code = "replayed"


class BadCode(Refusal):
    """A pairing or invitation code, name or password that does not fit; one answer for all of them."""

    code = "bad_code"


class WrongPassword(Refusal):
    """The present password given with a change is not right."""

    code = "wrong_password"


class DeviceRevoked(Refusal):
    """The phone was revoked; it has to be paired anew."""

    code = "device_revoked"


class NotPermitted(Refusal):
    """No Mobile permission, or the account is disabled."""

    code = "not_permitted"


class NotLicensed(Refusal):
    """A licence that this needs is missing or has lapsed."""

    code = "not_licensed"


class UnknownConfirmation(Refusal):
    """No such confirmation, or somebody else's: the answer does not tell which."""

    code = "unknown_confirmation"


class AlreadySettled(Refusal):
    """The confirmation has been answered, and differently."""

    code = "already_settled"


class Expired(Refusal):
    """The confirmation's deadline has passed."""

    code = "expired"


class NumberRequired(Refusal):
    """The number on the browser's screen must be sent with this answer."""

    code = "number_required"


class WrongNumber(Refusal):
    """The number was wrong; this ended the confirmation."""

    code = "wrong_number"


class WeakPassword(Refusal):
    """The new password does not meet the policy; `reasons` says in which ways."""

    code = "weak_password"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = tuple(reasons)


class Limited(Refusal):
    """Too many in too short a time; `retry_after` is in seconds."""

    code = "limited"

    def __init__(self, retry_after: int, why: str = "") -> None:
        super().__init__(why)
        self.retry_after = retry_after


class PushHost(Refusal):
    """The push service of a subscription is not one that the operator allows."""

    code = "push_host"
