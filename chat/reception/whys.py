"""Why a conversation went where it went, in words, as it was when it was decided (beyond 2)."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.conversations.assignment import Assignment
from chat.conversations.conversations import Conversation
from chat.places.regions import full_name
from core.db import db
from tenants.people.departments import Department
from tenants.people.members import Member

# Why nobody else could have it, by what an Assignment keeps.
AGAINST = {
    "outside_scope": _l("does not receive visitors like this one"),
    "unanswered": _l("was given this visitor before and did not answer"),
    "may_not_answer": _l("may not answer visitors"),
    "does_not_receive": _l("does not receive visitors"),
    "offline": _l("offline"),
    "leaving": _l("over the number of seats"),
    "busy": _l("busy"),
    "away": _l("away"),
    "invisible": _l("invisible"),
    "full": _l("as many conversations as allowed"),
}
RETURNED = {
    "removed": _l("The agent may not answer visitors any more."),
    "gone": _l("The agent was gone for too long."),
    "unanswered": _l("The agent did not answer in time."),
}
_STEPS = {
    "chosen": _l("The visitor chose %(whom)s from the list."),
    "region": _l("Regional routing: visitors from %(place)s belong to %(whom)s (%(strategies)s)."),
    "designated": _l("The style's designated agents receive: %(whom)s."),
    "style": _l("The style's departments receive: %(whom)s."),
}
_PASSED = {
    ("chosen", "away"): _l("%(whom)s, whom the visitor chose, did not take visitors any more."),
    ("chosen", "empty"): _l("%(whom)s, whom the visitor chose, works here no more."),
    ("region", "empty"): _l(
        "The strategies for %(place)s name %(whom)s, where nobody may answer: regional routing did not count."
    ),
    ("designated", "empty"): _l("Of the designated agents nobody may answer: they did not count."),
    ("style", "empty"): _l("In the style's departments nobody may answer: they did not count."),
}
_NO_RIGHT = _l("A rule of the style did not count: the company has not the right to it.")


class Names:
    """How members and departments are called, read together; who was removed keeps his name, a department has none."""

    def __init__(self):
        self._members = dict(db.session.execute(sa.select(Member.id, Member.name)).all())
        self._departments = {department.id: department.name for department in Department.all()}

    def member(self, id: int) -> str:
        return self._members.get(id, "")

    def person(self, id: int) -> dict:
        return {"id": id, "name": self.member(id)}

    def of(self, step: Mapping) -> str:
        """Whom a step of a scope speaks of."""
        removed = _("a department that was removed")
        departments = [self._departments.get(id, removed) for id in step["departments"]]
        return ", ".join(dict.fromkeys([*map(self.member, step["members"]), *departments]))

    def departments(self, ids: Iterable[int]) -> str:
        return self.of({"members": (), "departments": ids})


def whys_of(conversation: Conversation) -> list[dict]:
    """Each time it was given to an agent, the newest first: `Why` in frontend/src/shared/events.ts."""
    mine = sa.select(Assignment).where(Assignment.conversation_id == conversation.id).order_by(Assignment.id.desc())
    names = Names()
    return [_why(assignment, names) for assignment in db.session.scalars(mine)]


def sentences_of_scope(scope: Mapping | None, names: Names) -> list[str]:
    """What narrowed it, and what would have and did not; from Resolved.as_dict (chat/reception/scopes.py)."""
    if scope is None:
        return []
    place = _place(scope["places"])
    said = [_of_passed(passed, place, names) for passed in scope["passed"]]
    if scope["step"] is not None:
        said.append(_of_step(scope["step"], place, names))
    if scope["page_departments"]:
        said.append(_of_page(scope, names))
    return [sentence for sentence in said if sentence]


def sentence_of_rule(rule: str, by: str = "") -> str:
    return {
        "hand": _("%(name)s accepted the visitor.", name=by) if by else _("It was accepted by hand."),
        "turn": _("In turn: whoever had the fewest visitors today was next."),
        "load": _("To the least busy: whoever had most room was next."),
        "last_agent": _("This agent served the visitor last, and had room."),
        "chosen": _("The visitor wanted this agent."),
        "invited": _("This agent had invited the visitor."),
    }.get(rule, rule)


def against(because: str) -> str:
    return str(AGAINST.get(because, because))


def _why(assignment: Assignment, names: Names) -> dict:
    by = names.person(assignment.by_id) if assignment.by_id else None
    return {
        "at": assignment.at.isoformat(),
        "member": names.person(assignment.member_id),
        "by": by,
        "rule": assignment.rule,
        "sentences": [
            sentence_of_rule(assignment.rule, by["name"] if by else ""),
            *sentences_of_scope(assignment.scope, names),
        ],
        "candidates": [candidate_as_dict(candidate, names) for candidate in assignment.candidates],
        "exclusions": exclusions_as_dicts(assignment.exclusions, names),
        "returned_because": str(RETURNED[assignment.returned_because]) if assignment.returned_because in RETURNED else None,
    }


def candidate_as_dict(candidate: Mapping, names: Names) -> dict:
    return {
        "member": names.person(candidate["member_id"]),
        "talking": candidate["talking"],
        "limit": candidate["limit"],
        "today": candidate["today"],
    }


def exclusions_as_dicts(exclusions: Mapping[str, list[int]], names: Names) -> list[dict]:
    return [
        {"member": names.person(id), "because": against(because)}
        for because, ids in exclusions.items()
        for id in ids
        if names.member(id)
    ]


def _of_step(step: Mapping, place: str, names: Names) -> str:
    return _STEPS[step["because"]] % {"whom": names.of(step), "place": place, "strategies": ", ".join(step["strategies"])}


def _of_passed(passed: Mapping, place: str, names: Names) -> str:
    step = passed["step"]
    if passed["because"] == "no_right":
        return str(_NO_RIGHT)
    return _PASSED[step["because"], passed["because"]] % {"whom": names.of(step), "place": place}


def _of_page(scope: Mapping, names: Names) -> str:
    said = {"pages": ", ".join(scope["pages"]), "whom": names.departments(scope["page_departments"])}
    if scope["by_page"]:
        return _("Visitors who come on %(pages)s belong to %(whom)s.", **said)
    return _(
        "The page says %(whom)s (%(pages)s), but nobody who receives this visitor is in there: the page did not count.", **said
    )


def _place(codes: list[str]) -> str:
    return full_name(codes[-1], str(get_locale() or "en")) if codes else _("somewhere nobody knows")
