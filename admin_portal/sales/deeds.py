"""What the forms of this area have in common: why, and once for each form."""

from flask_babel import gettext as _

from core.forms import Form
from core.tokens import new_token


def new_form(**values) -> Form:
    """A form with a key of its own: sent twice, it happens once."""
    return Form(values | {"form_key": new_token()})


def reason_in(form: Form) -> str:
    return form.text("reason", 500, missing=_("Say why. Others will ask later."))


def key_in(form: Form) -> str:
    """Told at the top when somebody took it away."""
    return form.text("form_key", 100, missing=_("Open this page anew and try again."))


def is_confirmed(form: Form) -> bool:
    """Whether the effect was shown, and agreed to."""
    return form.yes("confirmed")
