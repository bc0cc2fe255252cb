"""In which language somebody is spoken to: the user's own, else this browser's choice, else what it asks for."""

from __future__ import annotations

from urllib.parse import urlencode

from babel.support import NullTranslations
from flask import Blueprint, Flask, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import Babel, Locale, get_locale, get_translations
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import BadRequest

from astrow2fa.core.accounts import BROWSER_SECONDS
from astrow2fa.core.languages import DEFAULT, LANGUAGES, chosen
from astrow2fa.core.redirects import HOME, safe
from astrow2fa.ports.store import Unavailable
from astrow2fa.services import language as services
from astrow2fa.web import session
from astrow2fa.web.context import parts, web

blueprint = Blueprint("language", __name__)

COOKIE = "astrow2fa-language"
FOLDER = "translations"
"""Of the catalogues, beside templates/. Where they are not compiled, everything is said in English."""

APP = "/mobile/"
WORDS = ("text/html", "text/javascript", "application/manifest+json")
"""What is written in somebody's language; static files and calls of phones are the same for everybody."""


def cookie() -> str:
    """The name of the cookie that keeps a browser's choice. It is no secret, and the app's script sets it too."""
    return session.cookie_name(COOKIE, secure=web().secure)


def locale_of(code: str) -> Locale:
    """How the language writes dates and numbers. English is that of Europe: the day before the month."""
    return Locale("en", "GB") if code == "en" else Locale(code)


def language() -> str:
    """The code of the language of this answer."""
    found = get_locale()
    return str(found.language) if found is not None else DEFAULT


def _select() -> Locale:
    if not has_request_context():
        return locale_of(DEFAULT)
    return locale_of(asked_for(request.accept_languages, request.cookies.get(cookie(), ""), _own()))


def asked_for(accepted: LanguageAccept, kept: str, own: str = "") -> str:
    """`accepted`: Accept-Language; `kept`: what is in the browser's cookie."""
    return chosen(own, kept, (tag for tag, quality in accepted if quality > 0))


def _own() -> str:
    """The app on a phone belongs to nobody in particular: several users may be paired there. Its worker, which
    browsers fetch without cookies, asks for its language by name.
    """
    if request.path.startswith(APP):
        return request.args.get("language", "")
    try:
        held = session.held()
    except Unavailable:
        return ""
    return held.account.language if held is not None else ""


def install(app: Flask) -> None:
    """Flask-Babel with our selection; the languages for templates; answers that say which language they are in."""
    Babel(app, default_translation_directories=FOLDER, locale_selector=_select)
    words = app.jinja_env
    words.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _words().ugettext(text),
        ngettext=lambda one, many, count: _words().ungettext(one, many, count),
        newstyle=True,
    )
    words.globals["_"] = words.globals["gettext"]  # an alias that looks the other up for each word
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES})
    app.after_request(_say)


def _words() -> NullTranslations:
    """The catalogue of this answer, found once and not for each of its words: a third of what making a page took.

    Whoever speaks another language meanwhile (letters) opens a context for it.
    """
    if "words" not in g:
        g.words = get_translations()
    found: NullTranslations = g.words
    return found


def _say(response: Response) -> Response:
    """RFC 9110 §12.5.5: nobody in between may hand the words of one reader to another."""
    if (
        response.mimetype in WORDS
        and request.endpoint != "static"
        and response.status_code not in range(300, 400)
    ):
        response.headers["Content-Language"] = language()
        response.vary.update(("Accept-Language", "Cookie"))
    return response


@blueprint.post("/language")
def choose() -> ResponseReturnValue:
    """Fields `language` (empty: as the browser asks) and `next`. Kept by the browser, and with the signed-in user."""
    wanted = request.form.get("language", "")
    if wanted and wanted not in LANGUAGES:
        raise BadRequest
    held = session.held()
    if held is not None and held.signed_in:
        services.choose(parts(), held.account.id, wanted)
    target = safe(request.form.get("next", ""))
    if held is None or not held.signed_in:
        target = "/login" if target == HOME else "/login?" + urlencode({"next": target})
    response = redirect(target, 303)
    age = BROWSER_SECONDS if wanted else 0
    response.set_cookie(cookie(), wanted, max_age=age, path="/", secure=web().secure, samesite="Lax")
    return response
