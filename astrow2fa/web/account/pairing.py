"""Pairing a phone from a signed-in browser, and the fresh confirmation that comes before it."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from astrow2fa.core.confirmation import Purpose
from astrow2fa.core.errors import Limited, NotLicensed, NotPermitted, WrongPassword
from astrow2fa.core.redirects import safe
from astrow2fa.services import fresh, phones
from astrow2fa.services.pairing import issue_code, pairing_link
from astrow2fa.web import session
from astrow2fa.web.account.forms import ConfirmForm
from astrow2fa.web.account.views import blueprint
from astrow2fa.web.context import client, parts
from astrow2fa.web.fresh import ask_first, back_from, need, signed_in
from astrow2fa.web.qr import qr_svg

PAIR = "/my-info/phones/pair"


@blueprint.get(PAIR)
def pair_phone() -> ResponseReturnValue:
    held = signed_in()
    first = ask_first(held, PAIR, purpose=Purpose.PAIR)
    if first is not None:
        return first
    factors = "+".join(held.session.factors)
    try:
        issued = issue_code(parts(), held.account.id, f"web {factors}")
    except (NotPermitted, NotLicensed) as refusal:
        return render_template("account/pair.html", may_pair=False, why_not=refusal.code)
    link = pairing_link(parts(), issued.link)
    return render_template(
        "account/pair.html",
        may_pair=True,
        why_not=None,
        code=issued.typed,
        link=link,
        qr_svg=qr_svg(link),
        expires_in=issued.expires_at - int(held.now),
        since=int(held.now),
    )


@blueprint.get(f"{PAIR}/since/<int:at>")
def paired_since(at: int) -> ResponseReturnValue:
    """For the page that shows a code: whether it has done its work. `at` in Unix seconds."""
    return jsonify({"name": phones.paired_since(parts(), signed_in().account.id, at)})


@blueprint.route("/my-info/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    held = signed_in()
    form = ConfirmForm()
    target = safe(form.next.data if request.method == "POST" else request.args.get("next"))
    purpose = Purpose.PAIR if target.partition("?")[0] == PAIR else Purpose.CONFIRM
    needed = need(held, purpose)
    if needed is fresh.Need.NOTHING:
        return redirect(target, 303)
    if needed is fresh.Need.ANEW:
        return _page(needed, purpose, target, status=403 if request.method == "POST" else 200)
    if request.method == "GET":
        return _page(needed, purpose, target)
    try:
        if needed is fresh.Need.PHONE:
            fresh.ask_phone(parts(), held, purpose, target, session.browser_token(), client())
            return redirect("/login/waiting", 303)
        fresh.check_password(parts(), held, form.password.data or "")
    except WrongPassword:
        return _page(needed, purpose, target, _("The password is not right."), 401)
    except Limited as limited:
        minutes = -(-limited.retry_after // 60)
        error = _("Too many tries. Wait %(minutes)d min, then try again.", minutes=minutes)
        page, status = _page(needed, purpose, target, error, 429)
        return page, status, {"Retry-After": str(limited.retry_after)}
    return redirect(target, 303)


def _page(
    needed: fresh.Need, purpose: Purpose, target: str, error: str | None = None, status: int = 200
) -> tuple[str, int]:
    page = render_template(
        "account/confirm.html",
        kind=needed.value,
        form=ConfirmForm(formdata=None),
        next=target,
        purpose=purpose.value,
        error=error,
        back=back_from(target),
    )
    return page, status
