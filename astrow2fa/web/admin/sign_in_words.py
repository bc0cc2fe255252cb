"""Sign-ins in words: what became of them, why, and what each step of one was."""

from __future__ import annotations

from flask_babel import gettext as _

from astrow2fa.core.delivery import Step
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.sign_ins import Outcome, Wanted


def outcomes() -> dict[Outcome, str]:
    return {
        Outcome.WAITING: _("waiting"),
        Outcome.APPROVED: _("approved"),
        Outcome.SIGNED_IN: _("signed in"),
        Outcome.UNASKED: _("signed in, not asked"),
        Outcome.EXEMPTED: _("exempted"),
        Outcome.DENIED: _("refused on the phone"),
        Outcome.PASSWORD: _("password refused"),
        Outcome.EXPIRED: _("not answered"),
        Outcome.WITHDRAWN: _("withdrawn"),
    }


def choices() -> list[tuple[str, str]]:
    """Of the filter."""
    several = {Wanted.ANY: _("All"), Wanted.REFUSED: _("Only refused"), Wanted.IN: _("Only those who got in")}
    return [*((key.value, text) for key, text in several.items()), *outcomes().items()]


TONES = {
    Outcome.SIGNED_IN: "tag-ok",
    Outcome.UNASKED: "tag-ok",
    Outcome.APPROVED: "tag-ok",
    Outcome.WAITING: "tag-warn",
    Outcome.EXEMPTED: "tag-warn",
    Outcome.EXPIRED: "tag-warn",
    Outcome.DENIED: "tag-danger",
    Outcome.PASSWORD: "tag-danger",
    Outcome.WITHDRAWN: "",
}


def live() -> dict[str, object]:
    """What the page needs to tell what changes while it is open; what stands in braces it fills in."""
    return {
        "outcomes": {
            outcome.value: {"text": text, "tone": TONES[outcome]} for outcome, text in outcomes().items()
        },
        "browser": _("%(browser)s on %(system)s", browser="{browser}", system="{system}"),
        "unknown": _("Unknown browser"),
        "count": _("Waiting for a phone now: %(num)s", num="{num}"),
    }


def reason(code: str | None) -> str:
    """Why it ended as it did; empty where there is nothing to add."""
    if code is None:
        return ""
    sentences = {
        "wrong_number": _("a wrong number was typed"),
        "not_me": _("“this was not me”"),
        "changed_mind": _("changed their mind"),
        "timeout": _("nobody answered in time"),
        "browser_cancelled": _("cancelled in the browser"),
        "replaced": _("begun anew in the same browser"),
        "password_changed": _("the password was changed"),
        "account_disabled": _("the user was suspended"),
        "phone_revoked": _("the phone was revoked"),
        "policy": _("Mobile was taken away"),
        "exempted": _("a one-time code of an exemption"),
        "wrong_password": _("wrong password"),
        "unknown_name": _("no such user"),
        "locked": _("locked after too many wrong passwords"),
        "disabled": _("suspended user"),
    }
    return str(sentences.get(code, code))


def policies() -> dict[str, str]:
    return {"off": _("Off"), "always": _("Always"), "random": _("Random")}


def step(fact: Fact) -> str:
    """What a row of the log says happened."""
    sentences = {
        Tag.CONFIRMATION_ASKED: _("The password was right; the phones were asked"),
        Tag.CONFIRMATION_REPEATED: _("Another sign-in waits too: the number became required"),
        Tag.CONFIRMATION_APPROVED: _("OK on the phone"),
        Tag.CONFIRMATION_DENIED: _("Refused on the phone"),
        Tag.CONFIRMATION_EXPIRED: _("The time was over"),
        Tag.CONFIRMATION_CANCELLED: _("Withdrawn"),
        Tag.CONFIRMATION_COLLECTED: _("The browser took its approved confirmation"),
        Tag.ANSWER_REFUSED: _("An answer that did not count"),
        Tag.NOT_ME: _("“This was not me”"),
        Tag.EXEMPTION_USED: _("The one-time code of an exemption was typed"),
        Tag.EXEMPTION_REFUSED: _("A wrong one-time code was typed"),
        Tag.SIGNED_IN: _("Signed in"),
        Tag.SIGNED_OUT: _("Signed out"),
        Tag.SESSION_ENDED: _("The session was ended"),
        Tag.FRESH: _("Confirmed anew for something sensitive"),
        Tag.BROWSER_RECOGNISED: _("The browser is recognised from now on"),
        Tag.PASSWORD_CHANGED: _("The password was changed"),
        Tag.PASSWORD_REFUSED: _("A wrong password was typed"),
    }
    return str(sentences.get(fact.tag) or fact.tag.value)


def delivered(step: Step) -> str:
    """How far the request came."""
    sentences = {
        Step.SENT: _("Sent to the phone"),
        Step.ACCEPTED: _("The push service took it"),
        Step.FAILED: _("The push service did not take it"),
        Step.UNREACHED: _("No phone is known to have it"),
        Step.FETCHED: _("The phone fetched it"),
        Step.SHOWN: _("The phone showed it"),
        Step.TOLD: _("The browser was told"),
    }
    return str(sentences.get(step, step.value))


def endings() -> dict[str, str]:
    """Why a session is over."""
    return {
        "left": _("signed out"),
        "ended": _("ended from elsewhere"),
        "password_changed": _("the password was changed"),
        "account_disabled": _("the user was suspended"),
        "replaced": _("begun anew in the same browser"),
        "not_me": _("“this was not me”"),
    }
