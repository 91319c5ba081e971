"""Why a company has a right, in words people understand."""

from flask_babel import gettext as _

from billing import shelving
from billing.plans import BY_CODE, FLAG_NAMES, PLAN_NAMES, PROFESSIONAL_TRIAL
from billing.styles import TRIAL
from tenants.rights.entitlements import Grant


def in_words(reason: str) -> str:
    """A grant's reason as a sentence part: "order:20261122…/3" → "Order 20261122…"."""
    kind, _colon, rest = reason.partition(":")
    return WORDS[kind](rest) if kind in WORDS else _("Granted by us")


def _of_trial(rest: str) -> str:
    is_first = f"trial:{rest}" == PROFESSIONAL_TRIAL.code
    return _("Trial for new companies") if is_first else _("Trial, extended by us")


def _of_style(rest: str) -> str:
    _id, _colon, origin = rest.partition(":")
    return _("Trial of your first style") if origin == TRIAL else _("Style voucher")


WORDS = {
    "subscription": lambda rest: _("Your subscription"),
    "trial": _of_trial,
    "order": lambda rest: _("Order %(number)s", number=rest.partition("/")[0]),
    "voucher": lambda rest: _("Voucher you redeemed"),
    "style": _of_style,
}


def title_of(grant: Grant) -> str:
    """What a grant gives, by name: what was bought, or what it lets one do."""
    if grant.product in BY_CODE:
        return str(BY_CODE[grant.product].title)
    if grant.product.startswith("bundle:"):
        return shelving.newest(grant.product).title
    if "more_styles" in grant.rights:
        return _("A style")
    named = [PLAN_NAMES.get(grant.rights.get("plan"))] + [FLAG_NAMES.get(flag) for flag in grant.rights.get("flags", ())]
    return ", ".join(str(name) for name in named if name) or in_words(grant.reason)
