"""Forms of the sign-in. They carry text; whether it is right is decided by the services."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from astrow2fa.core.accounts import NAME_LONGEST
from astrow2fa.core.password import LONGEST


class SignInForm(FlaskForm):
    """User name and password, and where to go afterwards."""

    username = StringField(_l("User name"), validators=[InputRequired(), Length(max=NAME_LONGEST)])
    password = PasswordField(_l("Password"), validators=[InputRequired(), Length(max=4 * LONGEST)])
    next = HiddenField()


class NewPasswordForm(FlaskForm):
    """A new password, twice."""

    new_password = PasswordField(_l("New password"), validators=[InputRequired(), Length(max=4 * LONGEST)])
    confirm_password = PasswordField(
        _l("New password again"), validators=[InputRequired(), Length(max=4 * LONGEST)]
    )
