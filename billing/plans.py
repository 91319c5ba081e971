"""What we sell, as a table one can read aloud: the first version of each product.

`billing/products.py` keeps the versions in the database, where an operator may add newer ones; what was sold stays as
it was sold.  Prices are in minor units for each currency (CNY fen, USD cents).
"""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

PROFESSIONAL_FLAGS = [
    "regional_routing",
    "visitor_registration",
    "custom_logo",
    "phrase_categories",
    "designated_agents",
    "reports",
    "open_api",
]
# F-08.  A trial comes with seats; who buys the plan buys seats by number.
PROFESSIONAL = {"plan": "professional", "rank": 1, "styles": 5, "flags": PROFESSIONAL_FLAGS}
PROFESSIONAL_RIGHTS = PROFESSIONAL | {"seats": 10}

PLAN_NAMES = {"free": _l("Free"), "professional": _l("Professional")}
FLAG_NAMES = {
    "phrase_categories": _l("Phrase categories"),
    "visitor_registration": _l("Visitor registration before the chat"),
    "regional_routing": _l("Regional routing"),
    "custom_logo": _l("Your own logo"),
    "designated_agents": _l("Designated agents"),
    "reports": _l("Reports"),
    "open_api": _l("Open API"),
}
# What each is good for, for the price page and wherever it is locked.
FLAG_TEXTS = {
    "phrase_categories": _l("Sort your team's canned phrases into categories, so that the right answer is found in a second."),
    "visitor_registration": _l("Ask visitors who they are before they chat. You choose the fields."),
    "regional_routing": _l("Visitors from a region are received by the group that serves it."),
    "custom_logo": _l("Your own logo in the chat window instead of ours."),
    "designated_agents": _l("Visitors choose whom they talk to from a list of your agents."),
    "reports": _l("How many came, how long they waited, how well they were served; by day, agent and site."),
    "open_api": _l("Let your own systems read and write customers and conversations."),
}


@dataclass(frozen=True)
class Trial:
    """A plan to try, once, without a card."""

    code: str
    rights: dict


# F-07: for every new registration, as long as operators chose (tenants/platform/settings.py), then back to the free edition.
PROFESSIONAL_TRIAL = Trial("trial:professional", PROFESSIONAL_RIGHTS)


@dataclass(frozen=True)
class Offer:
    """A product as we first put it on the shelf.

    `kind` says what happens when it is paid: a "subscription" lives at the payment provider, a "term" is a plan paid
    ahead, "seats" and "feature" last `months`, a "package" is its `contents`, "style_voucher", "sms" and "topup" give
    `gives` vouchers, credits or minor units.
    """

    code: str
    kind: str
    title: str
    prices: dict[str, int]
    rights: dict = field(default_factory=dict)
    months: int = 0
    gives: dict[str, int] = field(default_factory=dict)
    contents: dict[str, int] = field(default_factory=dict)


def _topup(size: str, cny: int, usd: int) -> Offer:
    prices = {"CNY": cny, "USD": usd}
    return Offer(f"topup:{size}", "topup", _l("Wallet top-up"), prices, gives=prices)


def _feature(flag: str, cny: int, usd: int) -> Offer:
    return Offer(f"feature:{flag}", "feature", FLAG_NAMES[flag], {"CNY": cny, "USD": usd}, {"flags": [flag]}, months=12)


def _sms(credits: int, cny: int, usd: int) -> Offer:
    return Offer(
        f"sms:{credits}", "sms", _l("%(number)s SMS credits", number=credits), {"CNY": cny, "USD": usd}, gives={"SMS": credits}
    )


_per_seat = {"seats": 1}
OFFERS = [
    # Plans, for each seat (G-08, CF-23).
    Offer("professional:month", "subscription", _l("Professional, monthly"), {"CNY": 99_00, "USD": 15_00}, PROFESSIONAL | _per_seat, 1),
    Offer("professional:year", "subscription", _l("Professional, yearly"), {"CNY": 990_00, "USD": 150_00}, PROFESSIONAL | _per_seat, 12),
    # The same paid ahead, for who has no card.
    Offer("professional:term:1", "term", _l("Professional for 1 month"), {"CNY": 99_00, "USD": 15_00}, PROFESSIONAL | _per_seat, 1),
    Offer("professional:term:3", "term", _l("Professional for 3 months"), {"CNY": 287_00, "USD": 43_00}, PROFESSIONAL | _per_seat, 3),
    Offer("professional:term:12", "term", _l("Professional for 12 months"), {"CNY": 990_00, "USD": 150_00}, PROFESSIONAL | _per_seat, 12),
    # F-09.
    Offer("seats:1", "seats", _l("One more seat for 1 month"), {"CNY": 99_00, "USD": 15_00}, {"more_seats": 1}, 1),
    Offer("seats:12", "seats", _l("One more seat for 12 months"), {"CNY": 990_00, "USD": 150_00}, {"more_seats": 1}, 12),
    # F-11…F-15, for a year.
    _feature("phrase_categories", 198_00, 29_00),
    _feature("visitor_registration", 298_00, 45_00),
    _feature("regional_routing", 398_00, 59_00),
    _feature("custom_logo", 198_00, 29_00),
    _feature("designated_agents", 198_00, 29_00),
    # F-02.
    Offer(
        "package:service", "package", _l("Service package: registration, routing, designated agents"),
        {"CNY": 698_00, "USD": 99_00},
        contents={"feature:visitor_registration": 1, "feature:regional_routing": 1, "feature:designated_agents": 1},
    ),
    Offer(
        "package:brand", "package", _l("Brand package: your logo and two styles"),
        {"CNY": 488_00, "USD": 69_00},
        contents={"feature:custom_logo": 1, "style_voucher": 2},
    ),
    # F-10, Y-02, Y-03: one voucher, one style, one year.
    Offer("style_voucher", "style_voucher", _l("Style voucher"), {"CNY": 198_00, "USD": 29_00}, months=12, gives={"vouchers": 1}),
    _sms(100, 10_00, 6_00),
    _sms(500, 45_00, 27_50),
    _sms(2000, 160_00, 99_00),
    # F-05.
    _topup("small", 100_00, 20_00),
    _topup("medium", 500_00, 100_00),
    _topup("large", 1000_00, 500_00),
]  # fmt: skip
BY_CODE = {offer.code: offer for offer in OFFERS}
