"""The words of letters to users. Plain text; nothing a stranger can choose stands in a subject."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale, format_datetime, gettext
from flask_babel import gettext as _

from astrow2fa.core.languages import chosen
from astrow2fa.ports.mail import Kind, Note
from astrow2fa.web.language import locale_of
from astrow2fa.web.times import at


class Writer:
    """Finds the subject and the text of a note, outside of any request."""

    def __init__(self, app: Flask, public_url: str) -> None:
        self._app = app
        self._address = f"{public_url}/my-info/security"

    def __call__(self, note: Note) -> tuple[str, str]:
        with self._app.app_context(), force_locale(locale_of(chosen(note.language, "", ()))):
            subject, told = _told(note)
            when = format_datetime(at(note.at), "long")
            lines = (
                gettext("Hello %(name)s,", name=note.name),
                told,
                gettext("When: %(at)s", at=when),
                gettext("Your phones, sessions and password: %(address)s", address=self._address),
                gettext(
                    "Nobody at Astrow asks for your password or for a number on a screen. Do not answer this letter."
                ),
            )
            return str(subject), "\n\n".join(str(line) for line in lines) + "\n"


def _told(note: Note) -> tuple[str, str]:
    facts = note.facts
    by = facts.get("by", "")
    if note.kind is Kind.PASSWORD_SENT:
        return _("Your new Astrow password"), _(
            "%(by)s has set a new password for you: %(password)s\n\nSign in with it and change it under My Info – "
            "Security. Your phone is asked as before; a password alone does not pair another one.",
            by=by,
            password=facts.get("password", ""),
        )
    if note.kind is Kind.PASSWORD_RESET:
        return _("Your Astrow password was reset"), _(
            "%(by)s has set a new password for you and will hand it to you. Your sessions were ended. If you did not "
            "ask for this, ask your administrator.",
            by=by,
        )
    if note.kind is Kind.PASSWORD_CHANGED:
        return _("Your Astrow password was changed"), _(
            "Your password was changed, and your other sessions were ended. If this was not you, tell your "
            "administrator at once: somebody else can sign in as you."
        )
    if note.kind is Kind.PHONE_PAIRED:
        return _("A phone was paired with your Astrow account"), _(
            "The phone “%(phone)s” was paired with your account, from the address %(address)s. Whoever holds it can "
            "confirm your sign-ins. If this was not you: revoke it, change your password and tell your administrator.",
            phone=facts.get("phone", ""),
            address=facts.get("address", ""),
        )
    if note.kind is Kind.EXEMPTED:
        return _("A sign-in without your phone was allowed"), _(
            "%(by)s has issued a one-time code with which you can sign in once within 60 minutes without your phone. "
            "The reason given: %(reason)s\n\nIf you did not ask for it, change your password, which makes the code "
            "void, and tell your administrator at once.",
            by=by,
            reason=facts.get("reason", ""),
        )
    return _("The e-mail address of your Astrow account was changed"), _(
        "%(by)s has given your account another e-mail address; letters go there from now on. If you did not ask for "
        "this, tell your administrator.",
        by=by,
    )
