"""An error as somebody at a browser meets it: what happened, whether anything was changed, and one way out."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, make_response, render_template, request
from flask.wrappers import Response
from flask_babel import gettext as _

from astrow2fa.core.redirects import HOME, safe
from astrow2fa.web.context import parts

SIGN_IN = "/login"


@dataclass(frozen=True, slots=True)
class _Words:
    """What a page says, and where its button leads; without a button of its own that is the start page."""

    title: str
    message: str
    label: str = ""
    url: str = HOME


def page(status: int, *, csrf: bool = False, seconds: int | None = None) -> Response:
    words = _of_form() if csrf else _limited(seconds) if status == 429 else _of(status)
    html = render_template(
        "errors/error.html",
        status=status,
        title=words.title,
        message=words.message,
        action_label=words.label or _("Go to the start page"),
        action_url=words.url,
    )
    return make_response(html, status)


def _of(status: int) -> _Words:
    match status:
        case 403:
            return _Words(
                _("This page is not for you"), _("Your account does not have the permission for it.")
            )
        case 404:
            return _Words(_("There is no such page"), _("The address may be old, or mistyped."))
        case 405:
            message = _("This address only takes what another page sends. Nothing was changed.")
            return _Words(_("There is nothing to see here"), message)
        case 413:
            message = _("It is more than this page takes. Nothing was changed.")
            return _back(_("That was too large"), message, _("Back to the page"))
        case 503:
            return _unavailable()
    if status < 500:
        message = _("The request was not well formed. Nothing was changed.")
        return _back(_("That did not work"), message, _("Back to the page"))
    return _Words(
        _("Something went wrong on our side"),
        _("It was written down for the people who look after this server. Nothing was changed."),
    )


def _of_form() -> _Words:
    return _back(
        _("This page was open for too long"),
        _("The form was not accepted and nothing was changed. Open the page again and send it once more."),
        _("Open the page again"),
    )


def _limited(seconds: int | None) -> _Words:
    message = _("Wait a few minutes, then try again.")
    if seconds is not None:
        message = _("Nothing was changed. Wait %(minutes)d min, then try again.", minutes=-(-seconds // 60))
    # The doorman says the same to others at this address: nothing of this browser's is in it.
    before = HOME if request.path == SIGN_IN else _page_before()
    if before == HOME:
        return _Words(_("Too many tries"), message, _("Go to the sign-in"), SIGN_IN)
    return _Words(_("Too many tries"), message, _("Back to the page"), before)


def _unavailable() -> _Words:
    asked = request.full_path.rstrip("?") if request.method == "GET" else None
    return _Words(
        _("Astrow Web cannot be reached at the moment"),
        _(
            "Nobody can sign in until it is back. Try again in a minute; if it goes on, call your administrator."
        ),
        _("Try again"),
        safe(asked) if asked else _page_before(),
    )


def _back(title: str, message: str, label: str) -> _Words:
    before = _page_before()
    return _Words(title, message, label if before != HOME else "", before)


def _page_before() -> str:
    """The page of ours that a form was sent from, where its address alone opens it; else the start page."""
    if request.method == "GET":
        return HOME
    ours = parts().public_url + "/"
    referrer = request.referrer or ""
    if not referrer.startswith(ours):
        return HOME
    page = safe("/" + referrer.removeprefix(ours))
    opens = current_app.url_map.bind("").test(page.partition("?")[0], "GET")
    return page if opens else HOME
