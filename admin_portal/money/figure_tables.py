"""The figures there are, and which query each is drawn from."""

from collections.abc import Sequence
from functools import partial

from flask_babel import lazy_gettext as _l

from admin_portal.money.figure import Column, Drawn, Figure, Line
from admin_portal.money.sms_figures import COUNTRIES, GATEWAYS, MARGIN, SMS_ROWS
from billing.figures import Revenue, revenue_in, sms_in, trials_in
from billing.recurring_changes import recurring_in
from billing.spans import Span
from billing.state_names import PRODUCT_KINDS
from sms.margins import sent_in

_STEP = Column(_l("Period"), "step", lambda row: row.begins)
REVENUE = Figure(
    "revenue", _l("Revenue"),
    _l("What companies bought by card, app or from their wallets, by kind of product, less what was refunded and what was lost in disputes. Each is counted when it is in the books. Top-ups are not revenue: the money is still the company's. What we give away is none."),
    (
        _STEP,
        Column(_l("Kind"), "text", lambda row: str(PRODUCT_KINDS[row.kind])),
        Column(_l("Sold"), "money", lambda row: row.sold),
        Column(_l("Refunded"), "money", lambda row: row.refunded),
        Column(_l("Lost in disputes"), "money", lambda row: row.disputed),
        Column(_l("Net"), "money", lambda row: row.net),
    ),
    (Line(5, stack="net"),),
    split_by=1,
    has_total=True,
)  # fmt: skip
RECURRING = Figure(
    "recurring", _l("Monthly recurring revenue (MRR)"),
    _l("The running subscriptions at the prices they were bought for; a yearly one counts a twelfth. New: began to pay, or came back. Expansion: pays more than the day before. Contraction: pays less. Churned: stopped. A failed payment counts until the subscription ends. Days are in UTC; the history begins with the first day it was looked at. What is paid ahead without a subscription stands under revenue only."),
    (
        _STEP,
        Column(_l("At the beginning"), "money", lambda row: row.start),
        Column(_l("New business"), "money", lambda row: row.new),
        Column(_l("Expansion"), "money", lambda row: row.expansion),
        Column(_l("Contraction"), "money", lambda row: row.contraction),
        Column(_l("Churned"), "money", lambda row: row.churned),
        Column(_l("MRR at the end"), "money", lambda row: row.end),
    ),
    (
        Line(2, stack="moved"), Line(3, stack="moved"), Line(4, stack="moved", sign=-1), Line(5, stack="moved", sign=-1),
        Line(6, is_line=True),
    ),
)  # fmt: skip
CHURN = Figure(
    "churn", _l("Churn"),
    _l("Companies: of those that paid at the beginning, how many stopped. Money: of the MRR at the beginning, what went with those that stopped or pay less; growth elsewhere is not set against it."),
    (
        _STEP,
        Column(_l("Paying at the beginning"), "count", lambda row: row.companies_start),
        Column(_l("Began paying"), "count", lambda row: row.joined),
        Column(_l("Stopped"), "count", lambda row: row.left),
        Column(_l("Churn of companies"), "share", lambda row: row.left_share),
        Column(_l("Churn of MRR"), "share", lambda row: row.lost_share),
    ),
    (Line(4, is_line=True), Line(5, is_line=True)),
)  # fmt: skip
ARPU = Figure(
    "arpu", _l("Average per paying company (ARPU)"),
    _l("The MRR at the end of each period, divided by the companies that pay it then."),
    (
        _STEP,
        Column(_l("MRR at the end"), "money", lambda row: row.end),
        Column(_l("Paying companies"), "count", lambda row: row.companies),
        Column(_l("Average"), "money", lambda row: row.each),
    ),
    (Line(3, is_line=True),),
)  # fmt: skip
TRIALS = Figure(
    "trials", _l("Trial conversion"),
    _l("The trials that began in each period, whatever the currency. Bought: paid for a subscription or a plan ahead at any time since. Undecided: the trial runs. The share is of those that are decided."),
    (
        _STEP,
        Column(_l("Trials begun"), "count", lambda row: row.begun),
        Column(_l("Bought"), "count", lambda row: row.bought),
        Column(_l("Undecided"), "count", lambda row: row.running),
        Column(_l("Went on free"), "count", lambda row: row.begun - row.bought - row.running),
        Column(_l("Conversion"), "share", lambda row: row.share),
    ),
    (Line(2, stack="trials"), Line(3, stack="trials"), Line(4, stack="trials")),
    has_total=True,
)  # fmt: skip
SMS = Figure(
    "sms", _l("SMS credits"),
    _l("Credits sold less those returned, what was paid for them less refunds, and the credits used. What the gateways charge us for them stands under SMS margin."),
    (
        _STEP,
        Column(_l("Credits sold"), "count", lambda row: row.sold),
        Column(_l("Paid for them"), "money", lambda row: row.value),
        Column(_l("Average of one credit"), "money", lambda row: row.each),
        Column(_l("Credits used"), "count", lambda row: row.used),
    ),
    (Line(1), Line(4)),
)  # fmt: skip
FIGURES = {figure.name: figure for figure in (REVENUE, RECURRING, CHURN, ARPU, TRIALS, SMS, MARGIN, COUNTRIES, GATEWAYS)}


def drawn_in(span: Span, currency: str, names: Sequence[str] = tuple(FIGURES)) -> list[Drawn]:
    """The named figures, each from one query."""
    revenue: list[Revenue] = revenue_in(span, currency) if {"revenue", "sms"} & {*names} else []
    recurring = recurring_in(span, currency) if {"recurring", "churn", "arpu"} & {*names} else []
    sent = sent_in(span, currency) if {*SMS_ROWS} & {*names} else []
    rows = {
        "revenue": lambda: revenue,
        "recurring": lambda: recurring,
        "churn": lambda: recurring,
        "arpu": lambda: recurring,
        "trials": lambda: trials_in(span),
        "sms": lambda: sms_in(span, currency, revenue),
        **{name: partial(read, sent, span, currency) for name, read in SMS_ROWS.items()},
    }
    return [FIGURES[name].over(rows[name](), span, currency) for name in names]
