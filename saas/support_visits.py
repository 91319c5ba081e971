"""An operator's visit in a company: let in by its consent, led where it may go, written down at each step, and ended.

The visit has a cookie of its own, which only the management centre reads.  Its operator's session, the visit and the
leave for it are asked at each request, once more before a write is committed, and once more before an answer goes out.
"""

from contextlib import ExitStack

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import lazy_gettext as _l

from core.db import PlacedSession, Standstill, db, going_on, inside, transaction
from core.errors import Refusal
from core.pages import unshared
from manage.safety.open_to_support import changed_by_support, shown_to_support
from operators.both_logs import note_in_both
from operators.break_glass import glass_stands
from operators.mails_to_companies import administrators
from operators.operator import Operator
from operators.sessions import OperatorSession
from operators.support_access import end_visit
from saas import error_pages
from tenants.people.members import Member
from tenants.support.support import SupportGrant, consent_stands
from tenants.support.support_visits import LASTS, SupportVisit, Visiting

support_visits = Blueprint("support_visits", __name__, url_prefix="/visit")
support_visits.after_request(unshared)

# These pages of the management centre know nobody.
FOR_NOBODY = ("manage.photos", "manage.preferences", "manage.terms", "manage.caught_mails")
_LONGEST_PAGE = 500


class VisitOver(Refusal):
    code = "visit_over"
    message = _l("This visit is over: its time is up, or somebody ended it. Nothing more is shown.")
    status = 410


class NeverShown(Refusal):
    code = "never_shown_to_support"
    message = _l("This page is no part of a visit, whatever the company allows. Go back.")
    status = 403


class LookingOnly(Refusal):
    code = "looking_only"
    message = _l("You may look here and change nothing.")
    status = 403


def install(app: Flask) -> None:
    app.register_blueprint(support_visits)
    app.after_request(look_once_more)
    sa.event.listen(PlacedSession, "before_commit", stop_what_is_over)
    app.jinja_env.globals["support_visit"] = lambda: g.get("support_visit")


def cookie_name() -> str:
    return "__Host-laike-visit" if current_app.config["PUBLIC_URL"].startswith("https:") else "laike-visit"


def is_visited() -> bool:
    """Whether this request to the management centre belongs to a visit."""
    is_centre = (request.blueprint or "").startswith("manage.") and request.blueprint not in FOR_NOBODY
    return is_centre and cookie_name() in request.cookies


def refused_in_visit(visiting: Visiting, endpoint: str, method: str) -> Refusal | None:
    """What a view answers to a visit: NeverShown, LookingOnly, or None if it takes part."""
    door, _dot, resource = endpoint.partition(".")
    if door not in ("manage", "console") or f"{door}.{resource.partition('.')[0]}" in FOR_NOBODY:
        return None
    if not shown_to_support(endpoint):
        return NeverShown()
    if method in ("GET", "HEAD"):
        return None
    if not visiting.writes:
        return LookingOnly()
    return None if changed_by_support(endpoint) else NeverShown()


def enter(stack: ExitStack) -> None:
    """Enter the company a visit's cookie belongs to, through the eyes of who consented, and write down what is asked for.

    Raises VisitOver, NeverShown, LookingOnly.
    """
    with transaction():
        visit = SupportVisit.of_token(request.cookies.get(cookie_name()))
    if visit is None or not visit.company.lets_in:
        raise VisitOver
    g.company = stack.enter_context(visit.company.entered())
    with going_on(), transaction():
        visiting, operator = _welcomed(visit.id)
        refusal = refused_in_visit(visiting, request.endpoint, request.method)
        _note(visiting, operator, refusal)
    if not visiting.changes:
        stack.enter_context(inside(g.company.place, Standstill(LookingOnly, is_total=True)))
    stack.callback(_forget)
    g.session = g.support_visit = visiting
    g.language = operator.language
    # Leaving leads to the portal, which may be at a host of its own.
    g.form_targets = [current_app.config["OPERATOR_URL"]]
    if refusal is not None:
        raise refusal


@support_visits.get("/<token>")
def create(token):
    """The operator arrives from the portal, once."""
    with transaction():
        visit = SupportVisit.arriving(token)
        company = visit.company if visit else None
    if company is None:
        raise VisitOver
    with company.entered(), going_on(), transaction():
        visit = SupportVisit.arriving(token)
        if visit is None:
            raise VisitOver
        cookie = visit.arrive()
        _welcomed(visit.id)
    response = redirect(url_for("manage.home.index"))
    secure = cookie_name().startswith("__Host-")
    response.set_cookie(cookie_name(), cookie, max_age=LASTS, secure=secure, httponly=True, samesite="Strict", path="/")
    return response


@support_visits.post("/end")
def destroy():
    """The operator has seen enough."""
    with transaction():
        visit = SupportVisit.of_token(request.cookies.get(cookie_name()))
    if visit is not None:
        with visit.company.entered(), going_on(), transaction():
            visit = db.session.get_one(SupportVisit, visit.id)
            end_visit(visit, db.session.get_one(Operator, visit.operator_id))
    where = {"company_id": visit.company.company_id} if visit else {}
    page = url_for("admin_portal.company_help.show" if visit else "admin_portal.companies.index", **where)
    return _forgetting(redirect(current_app.config["OPERATOR_URL"].rstrip("/") + page))


def stop_what_is_over(session) -> None:
    """Before each commit of a visit's request: whoever withdrew his consent meanwhile has it respected.  Raises VisitOver."""
    visiting = g.get("support_visit")
    if visiting is not None and not _stands(visiting):
        raise VisitOver


def look_once_more(response: Response) -> Response:
    """Nothing is shown of a visit that is over by now."""
    visiting = g.get("support_visit")
    if visiting is not None:
        stands = _stands(visiting)
        db.session.rollback()
        return response if stands else _forgetting(_over())
    is_over = response.status_code == VisitOver.status and is_visited()
    return _forgetting(response) if is_over else response


def _welcomed(visit_id: int) -> tuple[Visiting, Operator]:
    """The visit as it stands in the company in force.  Raises VisitOver."""
    visit = db.session.get_one(SupportVisit, visit_id)
    session = db.session.get(OperatorSession, visit.operator_session_id)
    if session is None or not session.is_open or not session.operator.may("help.look_inside"):
        raise VisitOver
    visit.used(), session.used()
    member, writes = _eyes(visit)
    if member is None:
        raise VisitOver
    return Visiting(visit, member, writes, changes=writes and request.method not in ("GET", "HEAD")), session.operator


def _eyes(visit: SupportVisit) -> tuple[Member | None, bool]:
    """Through whose eyes it looks, None if it may no longer, and whether it may write."""
    if visit.break_glass_id is not None:
        may_look = glass_stands(visit.break_glass_id) is not None
        return (next(iter(administrators()), None) if may_look else None), False
    grant = SupportGrant.keyed(visit.grant_key)
    # Who consented must still be one who may.
    stands = grant is not None and grant.state == "in_force" and grant.member.may("settings.manage")
    return (grant.member, grant.writes) if stands else (None, False)


def _note(visiting: Visiting, operator: Operator, refusal: Refusal | None) -> None:
    deed = "looked" if request.method in ("GET", "HEAD") else "changed"
    # An address that is refused may hold a secret.
    page = request.full_path.rstrip("?")[:_LONGEST_PAGE] if refusal is None else request.url_rule.rule
    action = f"support.{deed if refusal is None else 'refused'}"
    note_in_both(action, operator, g.company, visiting.visit.subject, page=page, acting_for=visiting.member.name)


def _stands(visiting: Visiting) -> bool:
    """At this moment; of a request that may change something, until the running transaction ends."""
    visit = visiting.visit
    going_on = (
        sa.select(SupportVisit.id)
        .join(OperatorSession, OperatorSession.id == SupportVisit.operator_session_id)
        .join(Operator, Operator.id == OperatorSession.operator_id)
        .where(SupportVisit.id == visit.id, SupportVisit.ended_at.is_(None))
        .where(OperatorSession.ended_at.is_(None), Operator.disabled_at.is_(None))
    )
    if db.session.scalar(going_on) is None:
        return False
    if visit.break_glass_id is not None:
        return glass_stands(visit.break_glass_id) is not None
    return consent_stands(visit.grant_key, to_write=visiting.changes)


def _forget() -> None:
    """Nobody visits any more in what this context still has to do."""
    for name in ("session", "company", "support_visit", "language", "form_targets"):
        g.pop(name, None)


def _over() -> Response:
    _forget()
    return current_app.make_response(error_pages.refused(VisitOver()))


def _forgetting(response: Response) -> Response:
    response.delete_cookie(
        cookie_name(), path="/", secure=cookie_name().startswith("__Host-"), httponly=True, samesite="Strict"
    )
    return response
