"""Sites: where the chat window stands, and which domains may show it."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.sites import Site
from core.db import db, transaction
from core.errors import Invalid, NotFound
from core.forms import Form
from core.pages import local_path
from manage.deeds import noted
from manage.mails import snippet
from manage.style_terms import style_states
from tenants.current import needs

sites = Blueprint("sites", __name__, url_prefix="/manage/sites")


@sites.get("")
@needs("sites.manage")
def index():
    return render_template("manage/sites/index.html", states=style_states(g.company, Site.all()), snippet=snippet)


@sites.get("/new")
@needs("sites.manage")
def new():
    return render_template("manage/sites/new.html", form=Form())


@sites.post("")
@needs("sites.manage")
def create():
    form = Form(request.form)
    try:
        with transaction():
            name = form.text("name", missing=_("Enter a name for this site."))
            form.check()
            site = Site.add(name)
            site.allow(form.lines("allowed_domains"))
            noted("site.added", site, name=site.name)
    except Invalid as invalid:
        form.refuse(invalid)
        return render_template("manage/sites/new.html", form=form), invalid.status
    return redirect(url_for(".edit", site_id=site.id))


@sites.get("/<int:site_id>")
@needs("sites.manage")
def edit(site_id):
    site = site_numbered(site_id)
    return _page(Form({"name": site.name, "allowed_domains": "\n".join(site.allowed_domains)}), site)


@sites.post("/<int:site_id>")
@needs("sites.manage")
def update(site_id):
    form = Form(request.form)
    try:
        with transaction():
            site = site_numbered(site_id)
            site.name = form.text("name", missing=_("Enter a name for this site."))
            form.check()
            site.allow(form.lines("allowed_domains"))
            noted("site.changed", site, name=site.name, allowed_domains=", ".join(site.allowed_domains))
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(form, site_numbered(site_id)), invalid.status
    flash(_("Saved."), "success")
    return redirect(local_path(form.value("next"), url_for(".edit", site_id=site_id)))


def _page(form: Form, site: Site) -> str:
    return render_template("manage/sites/edit.html", form=form, site=site, snippet=snippet(site))


def site_numbered(id: int) -> Site:
    """Raises NotFound."""
    site = db.session.get(Site, id)
    if site is None:
        raise NotFound
    return site
