"""What a failing database becomes for those who work with it."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DatabaseError, InterfaceError

from astrow2fa.ports.store import Unavailable

FAILURES = (DatabaseError, InterfaceError, sqlite3.Error)
_MISTAKES = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.NotSupportedError)


def unavailable(error: Exception) -> Unavailable:
    """A mistake of ours (a constraint, a wrong statement) is raised as what it is."""
    said = getattr(error, "orig", error)
    if isinstance(said, _MISTAKES):
        raise error
    return Unavailable(str(said))
