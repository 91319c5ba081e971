"""What a further style, or another year of one, is shown for: the plan, the first trial, or a voucher (Y-02…Y-05, CF-25, CF-26)."""

from functools import cached_property

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.styles import NeedsVoucher, StyleTerm, try_first_style
from billing.vouchers import Voucher, VoucherRefused, redeem_code, redeem_from_drawer
from chat.styles.sites import Site
from core.errors import Invalid, Refusal
from core.forms import Form
from manage.deeds import noted
from manage.styles.terms import has_room
from tenants.companies.company import Company
from tenants.platform.settings import limits
from tenants.signing_in.current import current_member


class VoucherIsGone(Refusal):
    code = "voucher_is_gone"
    message = _l("The voucher offered here is gone, perhaps because this form was sent twice. See first what your styles have.")


class StylePayment:
    """The ways a company has now: `choices` in the order they are offered, one of them `chosen`, and `pay`."""

    def __init__(self, company: Company, is_new: bool):
        self.company, self._is_new = company, is_new

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """[(way, in words)].  Vouchers are for those who may manage billing."""
        ways = [("included", _("It is included in your plan"))] if self._is_new and has_room(self.company) else []
        if not current_member().may("billing.manage"):
            return ways
        if not ways and StyleTerm.none_yet(self.company):
            days = limits()["style_trial_days"]
            ways.append(("trial", ngettext("Try it for %(num)s day", "Try it for %(num)s days", days)))
        if self.vouchers:
            ways.append(("drawer", self._drawer_in_words()))
        return [*ways, ("code", _("Redeem the code of a style voucher"))]

    @property
    def is_possible(self) -> bool:
        """Whether there is any way but a code somebody might have."""
        return any(way != "code" for way, _words in self.choices)

    @property
    def first(self) -> str:
        return next((way for way, _words in self.choices), "")

    @cached_property
    def vouchers(self) -> list[Voucher]:
        """Style vouchers in the drawer, the first to expire first."""
        return [voucher for voucher in Voucher.in_drawer_of(self.company) if voucher.is_for_style]

    def chosen(self, form: Form) -> str:
        """The way chosen in the field `way`, or what costs nothing.  Raises NeedsVoucher when it is none that is open now."""
        ways = dict(self.choices)
        way = form.choice("way", ways) or "included"
        if way not in ways:
            raise NeedsVoucher
        return way

    def pay(self, way: str, site: Site, form: Form) -> None:
        """Raises NeedsVoucher, VoucherIsGone, VoucherRefused, TooManyTries, Invalid(code=…)."""
        if way != "included":
            {"trial": self._try, "drawer": self._use_voucher, "code": self._redeem}[way](site, form)

    def _try(self, site: Site, form: Form) -> None:
        try_first_style(self.company, site.id)
        noted("style.tried", site, site=site.name)

    def _use_voucher(self, site: Site, form: Form) -> None:
        # The one the page offered: a form that is sent twice must not use up two.
        offered = form.id("voucher")
        if offered not in {voucher.id for voucher in self.vouchers}:
            raise VoucherIsGone
        try:
            voucher = redeem_from_drawer(self.company, offered, site.id)
        except VoucherRefused:
            raise VoucherIsGone from None
        noted("voucher.redeemed", site, number=voucher.id, site=site.name)

    def _redeem(self, site: Site, form: Form) -> None:
        code = form.text("code", 40)
        if not code:
            raise Invalid(code=_("Enter the voucher's code."))
        voucher = redeem_code(self.company, code, site.id)
        if not voucher.is_for_style:
            raise Invalid(code=_("This code is for something else. Redeem it on the page Vouchers."))
        noted("voucher.redeemed", site, number=voucher.id, site=site.name)

    def _drawer_in_words(self) -> str:
        count, expires_at = len(self.vouchers), self.vouchers[0].expires_at
        return ngettext(
            "Use the style voucher in your drawer, for 12 months (expires %(date)s)",
            "Use one of the %(num)s style vouchers in your drawer, for 12 months (the first expires %(date)s)",
            count,
            date=format_date(expires_at, "medium"),
        )


def refuse_payment(form: Form, refusal: Refusal) -> None:
    """Note what was refused where it belongs: a code that does not work beside the code."""
    if isinstance(refusal, VoucherRefused) and form.has("way", "code"):
        form.fail("code", str(refusal))
    else:
        form.refuse(refusal)
