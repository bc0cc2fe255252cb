"""Every page and call of the program, and the forms' protection against requests that another site makes."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from astrow2fa.web import dev, health, language
from astrow2fa.web import metrics as metrics_page
from astrow2fa.web.account import pairing as account_pairing
from astrow2fa.web.admin import exemptions as admin_exemptions
from astrow2fa.web.admin import licences as admin_licences
from astrow2fa.web.admin import log as admin_log
from astrow2fa.web.admin import overview as admin_overview
from astrow2fa.web.admin import preview as admin_preview
from astrow2fa.web.admin import push as admin_push
from astrow2fa.web.admin import roles as admin_roles
from astrow2fa.web.admin import security as admin_security
from astrow2fa.web.admin import sign_ins as admin_sign_ins
from astrow2fa.web.admin import user_acts as admin_user_acts
from astrow2fa.web.admin import user_file as admin_user_file
from astrow2fa.web.admin import user_many as admin_user_many
from astrow2fa.web.login import exemption as login_exemption
from astrow2fa.web.login import views as login_views
from astrow2fa.web.mobile import api as mobile_api
from astrow2fa.web.mobile import views as mobile_views

_PAGES = (
    dev,
    health,
    language,
    metrics_page,
    login_exemption,
    account_pairing,
    mobile_views,
    mobile_api,
    admin_security,
    admin_preview,
    admin_licences,
    admin_log,
    admin_overview,
    admin_exemptions,
    admin_push,
    admin_roles,
    admin_sign_ins,
    admin_user_acts,
    admin_user_file,
    admin_user_many,
)


class Number(IntegerConverter):
    """In an address: one that a row can have. There is no page of any other."""

    def __init__(self, map: Map) -> None:  # noqa: A002 (Werkzeug's name for it)
        super().__init__(map, max=2**63 - 1)


def register(app: Flask, *, development: bool) -> None:
    """Who may open what is in `web/guard.py`."""
    app.url_map.converters["int"] = Number
    csrf = CSRFProtect(app)
    csrf.exempt(mobile_api.blueprint)  # Phones prove every call; they have no cookie that could be abused.
    csrf.exempt(login_views.collect)  # It checks by itself.
    for blueprint in dict.fromkeys(page.blueprint for page in _PAGES):
        app.register_blueprint(blueprint)
    app.config[dev.SWITCH] = development
