"""What was typed into a form that needs a fresh confirmation first: kept with the session, and given back once."""

from __future__ import annotations

import json
from collections.abc import Mapping

from astrow2fa.ports import Parts

LONGEST = 32_000


def keep(parts: Parts, session_id: str, path: str, fields: Mapping[str, list[str]]) -> None:
    """Keeps it; something too long to be kept is dropped, and typed again."""
    draft = json.dumps({"path": path, "fields": fields})
    with parts.store.write() as work:
        work.sessions.set_draft(session_id, draft if len(draft) <= LONGEST else None)


def take(parts: Parts, session_id: str, path: str) -> dict[str, list[str]] | None:
    """What was kept for this path; None when there is nothing. It is forgotten by being taken."""
    with parts.store.read() as work:
        draft = work.sessions.draft(session_id)
    if draft is None:
        return None
    kept = json.loads(draft)
    if kept["path"] != path:
        return None
    with parts.store.write() as work:
        work.sessions.set_draft(session_id, None)
    return dict(kept["fields"])
