"""What does not hold, in words: the log's chains, and the evidence of a confirmation."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from astrow2fa.core.chain import Fault

PLACE = ("fault", "writer", "seq", "others")
"""The details of a row that say what is wrong with the log, and where; `why` says the same in English."""


def of_log(details: Mapping[str, object]) -> str:
    """What is wrong with the log, as the row says that found it; empty when nothing is."""
    why = str(details.get("why", ""))
    sentence = _broken().get(str(details.get("fault", "")))
    if sentence is None:
        return _("The signed checkpoints do not hold: %(why)s", why=why) if why else ""
    where = _("Row %(seq)s of writer %(writer)s:", seq=details.get("seq"), writer=details.get("writer"))
    others = details.get("others")
    more = " " + _("Other chains that do not hold: %(num)s.", num=others) if others else ""
    return f"{where} {sentence}{more}"


def _broken() -> dict[str, str]:
    return {
        Fault.CHANGED.value: _("it was changed."),
        Fault.REPLACED.value: _("another row stands in its place."),
        Fault.REMOVED.value: _("it was removed."),
        Fault.REORDERED.value: _("it is not in its place."),
        Fault.REWRITTEN.value: _("it is not the row that was signed."),
        Fault.NO_BEGINNING.value: _("it and those before it are gone, and no signed cut says so."),
        Fault.CUT_OFF.value: _("it was signed, and it and all after it are gone."),
    }


def of_evidence(sentence: str) -> str:
    """The words for a fault that services/evidence.py found."""
    known = {
        "The request names another key": _("The request names another key than the one it is signed by."),
        "The request is not signed": _("The request is not signed by this key."),
        "The decision is not signed": _("The decision is not signed by this key."),
        "The decision is about another": _(
            "The decision is about another request: its hash is a different one."
        ),
        "The decision names another": _("The decision names another confirmation."),
        "The decision is for another": _("The decision is for another server."),
        "The decision says neither": _("The decision says neither yes nor no."),
        "The decision was made outside": _("The decision was made outside the time of the request."),
    }
    return next((words for begin, words in known.items() if sentence.startswith(begin)), sentence)
