"""A company with departments in several places, and visitors from there."""

from chat.conversations.conversations import Conversation
from chat.reception.scopes import Scope, scope_for
from chat.styles.routing import Designated, PageScope, Regions, Routing, Strategy
from chat.styles.styles import Style
from chat.visitors.visitors import Visitor
from core.db import transaction
from tenants.people.departments import Department
from tenants.people.members import Member

HANGZHOU, NINGBO, SHANGHAI, BEIJING, TOKYO = "202.101.172.35", "60.190.1.1", "202.96.209.5", "219.141.136.10", "133.11.0.1"


def department(name: str, *members: Member) -> Department:
    """With these people in it."""
    with transaction():
        made = Department.add(name)
        for member in members:
            member.departments.append(made)
        return made


def strategy(name: str, places, *departments: Department) -> Strategy:
    places = (places,) if isinstance(places, str) else tuple(places)
    return Strategy(name, places, tuple(department.id for department in departments))


def rules(*strategies: Strategy, members=(), departments=(), receive=(), pages=None, **more) -> Routing:
    """`pages` is {"/hats*": [department]}."""
    return Routing(
        regions=Regions(strategies),
        designated=Designated(tuple(one.id for one in members), tuple(one.id for one in departments), **more),
        departments=tuple(one.id for one in receive),
        pages=tuple(PageScope((page,), tuple(one.id for one in here)) for page, here in (pages or {}).items()),
    )


def set_rules(cast, *strategies: Strategy, **more) -> None:
    with transaction():
        Style(cast.site).save(rules(*strategies, **more), by=None)


def scope_from(cast, ip: str, url: str = "") -> Scope | None:
    return scope_for(cast.site, ip, url)


def received_by(cast, ip: str, url: str = "") -> set[str]:
    """The names of who may receive a visitor from there."""
    scope = scope_from(cast, ip, url) or Scope()
    people = {
        one.id: {department.id for department in one.departments} for one in Member.all() if one.may("conversations.answer")
    }
    return {member.name for member in Member.with_ids(scope.within(people).members)}


def ask_from(cast, ip: str, url: str = "", scope: Scope | None = None) -> Conversation:
    """A visitor from there writes."""
    with transaction():
        scope = scope or scope_from(cast, ip, url)
        return Conversation.open_for(Visitor.recognise(None, cast.site), cast.site, scope=scope.as_dict() if scope else None)
