"""Who receives a style's visitors: designated agents, departments, pages, and the list of regional strategies (R-10…R-21)."""

from dataclasses import replace

from flask import Blueprint, request
from flask_babel import gettext as _

from chat.styles.routing import Designated, PageScope, Routing
from core.forms import Form
from manage.styles.listed_strategies import ListedStrategies
from manage.styles.pages import PartPage
from manage.styles.replays import TriedRules
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.signing_in.current import needs

style_routing = Blueprint("style_routing", __name__, url_prefix="/manage/styles/<int:site_id>/routing")

# Empty rows for further rules.
MORE_ROWS = 2


@style_routing.get("")
@needs("sites.manage")
def edit(site_id):
    return _page(site_id).show(Form(_as_typed(_page(site_id).part)))


@style_routing.post("")
@needs("sites.manage")
def update(site_id):
    page = _page(site_id)
    return page.save(lambda form: _typed(form, page.part))


@style_routing.post("/replay")
@needs("sites.manage")
def replay(site_id):
    """Try it on last month's conversations."""
    page = _page(site_id)
    return page.try_out(lambda form: _typed(form, page.part), lambda routing: TriedRules(page.site, routing))


def _page(site_id: int) -> PartPage:
    return PartPage(site_id, Routing, "manage/styles/routing.html", more=lambda form: _more(site_id, form))


def _more(site_id: int, form: Form) -> dict:
    return {
        "departments": Department.all(),
        "members": [member for member in Member.all() if member.may("conversations.answer")],
        "rows": _rows(form),
        "listed": ListedStrategies.of(site_id, request.args),
    }


def _rows(form: Form) -> list[int]:
    """Those in which something stands, and some empty ones."""
    rows = [int(row) for row in form.typed.getlist("row") if row.isdecimal() and len(row) < 5]
    rows = [row for row in rows if form.value(f"pages-{row}") or form.value(f"departments-{row}")]
    first_empty = max(rows, default=-1) + 1
    return [*rows, *range(first_empty, first_empty + MORE_ROWS)]


def _as_typed(routing: Routing) -> dict:
    """The part as its form has it: each rule for pages is a row."""
    typed = {
        "designated_members": routing.designated.members,
        "designated_departments": routing.designated.departments,
        "hides_departments": "yes" if routing.designated.hides_departments else "",
        "hides_offline": "yes" if routing.designated.hides_offline else "",
        "departments": routing.departments,
        "prefers_last": routing.prefers_last,
        "row": range(len(routing.pages)),
    }
    for row, scope in enumerate(routing.pages):
        typed |= {f"pages-{row}": "\n".join(scope.pages), f"departments-{row}": scope.departments}
    return {name: list(map(str, value)) if isinstance(value, tuple | range) else value for name, value in typed.items()}


def _typed(form: Form, routing: Routing) -> Routing:
    """The strategies stay as they are: they have pages of their own."""
    departments = {department.id for department in Department.all()}
    members = {member.id for member in Member.all()}
    return replace(
        routing,
        designated=Designated(
            members=_known(form, "designated_members", members),
            departments=_known(form, "designated_departments", departments),
            hides_departments=form.yes("hides_departments"),
            hides_offline=form.yes("hides_offline"),
        ),
        departments=_known(form, "departments", departments),
        pages=_pages(form, departments),
        prefers_last=form.choice("prefers_last", Routing.WORDS["prefers_last"], otherwise=routing.prefers_last),
    )


def _pages(form: Form, departments: set[int]) -> tuple[PageScope, ...]:
    """Rows that were left empty are none."""
    scopes = []
    for row in form.typed.getlist("row"):
        pages, chosen = tuple(form.lines(f"pages-{row}")), _known(form, f"departments-{row}", departments)
        if pages and not chosen:
            form.fail(f"departments-{row}", _("Choose at least one department."))
        if chosen and not pages:
            form.fail(f"pages-{row}", _("Enter the address of a page, for example /pricing*."))
        if pages and chosen:
            scopes.append(PageScope(pages, chosen))
    return tuple(scopes)


def _known(form: Form, name: str, ids: set[int]) -> tuple[int, ...]:
    """Those of the company; anybody else's do not exist."""
    return tuple(dict.fromkeys(id for id in form.ids(name) if id in ids))
