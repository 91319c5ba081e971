"""First steps after sign-up: embed the window, invite colleagues, try the chat."""

from flask import Blueprint, g, render_template, request

from chat.styles.sites import Site, snippet
from core.forms import Form
from manage.styles.pages import site_numbered
from manage.today import Today
from tenants.people.members import Member
from tenants.people.roles import Role

first_steps = Blueprint("first_steps", __name__)


@first_steps.get("/manage/first-steps")
def show():
    site = Site.all()[0]
    return render_template(
        "manage/first_steps/show.html",
        site=site,
        snippet=snippet(site),
        domains=Form({"name": site.name, "allowed_domains": "\n".join(site.allowed_domains)}),
        colleague=Form(),
        agent_role=Role.keyed("agent"),
        next_number=Member.next_number(),
        today=Today(g.company),
    )


@first_steps.get("/manage/try")
def try_chat():
    """A page that shows the company's own chat window, as a visitor sees it: of the first site, or of the one asked for."""
    site_id = Form(request.args).id("site")
    return render_template("manage/first_steps/try.html", site=Site.all()[0] if site_id is None else site_numbered(site_id))
