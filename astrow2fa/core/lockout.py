"""After how many wrong passwords what is closed.

Locked is not disabled: a stranger who knows a name can lock an account against strangers, and against nobody else.
"""

from __future__ import annotations


def reached(failed: int, disable_after_failed: int) -> bool:
    """Whether `failed` wrong passwords in a row use up what the setting allows; 0 allows any number."""
    return 0 < disable_after_failed <= failed


def closed(*, locked: bool, recognised: bool, enabled: bool) -> bool:
    """Whether a sign-in is refused though the password is right."""
    return not enabled or (locked and not recognised)
