"""Forms of My Info – Security."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from astrow2fa.core.password import LONGEST


class ChangePasswordForm(FlaskForm):
    """The present password, and a new one twice."""

    current_password = PasswordField(
        _l("Current password"), validators=[InputRequired(), Length(max=4 * LONGEST)]
    )
    new_password = PasswordField(_l("New password"), validators=[InputRequired(), Length(max=4 * LONGEST)])
    confirm_password = PasswordField(
        _l("New password again"), validators=[InputRequired(), Length(max=4 * LONGEST)]
    )


class ConfirmForm(FlaskForm):
    """The password (under the policy Off), and what comes after."""

    password = PasswordField(_l("Password"), validators=[Length(max=4 * LONGEST)])
    next = HiddenField()
