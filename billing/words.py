"""What rights, vouchers and products give, in words people understand."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from billing.plans import FLAG_NAMES, PLAN_NAMES
from billing.products import Product


def rights_in_words(rights: Mapping) -> list[str]:
    """Each right by itself: "Professional", "2 more seats", "Regional routing"."""
    named = [str(PLAN_NAMES.get(rights["plan"], rights["plan"]))] if "plan" in rights else []
    counted = [say(rights[name]) for name, say in _COUNTED.items() if rights.get(name)]
    return [*named, *counted, *(str(FLAG_NAMES[flag]) for flag in rights.get("flags", ()) if flag in FLAG_NAMES)]


def term_in_words(gives: Mapping) -> str:
    """For how long: of "months" or "days"."""
    if gives.get("months"):
        return ngettext("for %(num)s month", "for %(num)s months", gives["months"])
    return ngettext("for %(num)s day", "for %(num)s days", gives["days"]) if gives.get("days") else ""


def voucher_in_words(gives: Mapping) -> str:
    """What one voucher gives."""
    if "style_months" in gives:
        return ngettext("a style for %(num)s month", "a style for %(num)s months", gives["style_months"])
    if "SMS" in gives:
        return ngettext("%(num)s SMS credit", "%(num)s SMS credits", gives["SMS"])
    return f"{', '.join(rights_in_words(gives['rights']))} {term_in_words(gives)}".strip()


def given_by(product: Product) -> list[str]:
    """What one of a product gives, each part by itself."""
    gives = product.gives
    vouchers = [ngettext("%(num)s style voucher", "%(num)s style vouchers", gives["vouchers"])] if "vouchers" in gives else []
    credits = [ngettext("%(num)s SMS credit", "%(num)s SMS credits", gives["SMS"])] if "SMS" in gives else []
    topup = [_("The amount paid, in the wallet")] if product.kind == "topup" else []
    term = [term_in_words({"months": product.months})] if product.months and product.rights else []
    return [*rights_in_words(product.rights), *vouchers, *credits, *topup, *term]


_COUNTED = {
    "seats": lambda count: ngettext("%(num)s seat", "%(num)s seats", count),
    "more_seats": lambda count: ngettext("%(num)s more seat", "%(num)s more seats", count),
    "styles": lambda count: ngettext("%(num)s style", "%(num)s styles", count),
    "more_styles": lambda count: ngettext("%(num)s more style", "%(num)s more styles", count),
}
