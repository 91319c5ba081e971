"""What happens to what a company has when it may have less: everything is kept, its use is blocked, and comes back.

The table is what pages show before a downgrade is confirmed, and when something has expired (F-16).
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from billing.plans import FLAG_NAMES
from tenants.rights.entitlements import Entitlements


@dataclass(frozen=True)
class Rule:
    """One thing that may be more than the company is allowed to have: what is it, what happens to it, when does it matter."""

    code: str
    title: str
    consequence: str
    is_lost: Callable[[Entitlements, Entitlements], bool]


def _flag(name: str, consequence) -> Rule:
    return Rule(name, FLAG_NAMES[name], consequence, lambda before, after: name in before.flags and name not in after.flags)


def _fewer(code: str, title, consequence) -> Rule:
    return Rule(code, title, consequence, lambda before, after: getattr(after, code) < getattr(before, code))


RULES = [
    _fewer("seats", _l("Agents online at the same time"), _l(
        "Nobody is cut off in a conversation: those who came online last get no new ones and leave after their last, or after"
        " 30 minutes. All agent accounts are kept.")),
    _fewer("styles", _l("Styles"), _l(
        "Every style is kept with its settings. Those used most recently stay live; the others show the default style.")),
    _fewer("history_days", _l("History"), _l("Older conversations can be exported before they are removed.")),
    _flag("phrase_categories", _l(
        "Categories are kept and can be read, deleted and exported. Phrases appear in one list.")),
    _flag("visitor_registration", _l("The form is kept. Visitors can chat without filling it in.")),
    _flag("regional_routing", _l("The rules are kept. Visitors are received by the default group.")),
    _flag("custom_logo", _l("The file is kept. The window shows the default logo.")),
    _flag("designated_agents", _l("The icons are kept. Visitors are received by whoever is free.")),
    _flag("reports", _l("Figures go on being collected. The reports cannot be opened.")),
    _flag("open_api", _l("Keys are kept. Requests are refused.")),
]  # fmt: skip


def what_will_be_blocked(before: Entitlements, after: Entitlements) -> list[Rule]:
    """The rules that matter when a company goes from one set of rights to another, in the order of the table."""
    return [rule for rule in RULES if rule.is_lost(before, after)]


def without(grants, reasons: set[str], moment) -> Entitlements:
    """What is left when the grants given for these reasons are gone."""
    return Entitlements.add_up([grant for grant in grants if grant.reason not in reasons], moment)
