"""Styles: the sites of a company and how each greets its visitors (Y-01…Y-06, CF-25)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from chat.styles.history import latest_versions
from chat.styles.sites import Site, own_page, snippet
from chat.styles.styles import Style
from core.db import transaction
from core.errors import Invalid, NotFound, Refusal
from core.forms import Form
from core.pages import local_path
from manage.deeds import noted
from manage.styles.pages import site_numbered
from manage.styles.payments import StylePayment, refuse_payment
from manage.styles.terms import style_states
from tenants.signing_in.current import current_member, needs

styles = Blueprint("styles", __name__, url_prefix="/manage/styles")


@styles.get("")
@needs("sites.manage")
def index():
    return render_template(
        "manage/styles/index.html",
        states=style_states(g.company, Site.all()),
        latest=latest_versions(),
        snippet=snippet,
    )


@styles.get("/new")
@needs("sites.manage")
def new():
    """A style from the beginning, or with `copy` as another one is."""
    copied, way = _copied(Form(request.args)), StylePayment(g.company, is_new=True).first
    named = {"name": _("%(name)s, copy", name=copied.name), "copy": copied.id} if copied else {}
    return _new_page(Form({"way": way} | named))


@styles.post("")
@needs("sites.manage")
def create():
    form = Form(request.form)
    try:
        with transaction():
            site = _added(form)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse_payment(form, refusal)
        return _new_page(form), refusal.status
    flash(_("%(name)s is there. Copy its line into your pages.", name=site.name), "success")
    return redirect(url_for(".edit", site_id=site.id))


@styles.get("/<int:site_id>")
@needs("sites.manage")
def edit(site_id):
    site = site_numbered(site_id)
    return _page(site, Form({"name": site.name, "allowed_domains": "\n".join(site.allowed_domains)}))


@styles.post("/<int:site_id>")
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
        return _page(site_numbered(site_id), form), invalid.status
    flash(_("Saved."), "success")
    return redirect(local_path(form.value("next"), url_for(".edit", site_id=site_id)))


def _added(form: Form) -> Site:
    name = form.text("name", missing=_("Enter a name for this site."))
    form.check()
    # Of two who add one at the same time, one gets the last place of the plan.
    Site.all_locked()
    payment, copied = StylePayment(g.company, is_new=True), _copied(form)
    way = payment.chosen(form)
    site = Site.add(name)
    site.allow(form.lines("allowed_domains"))
    payment.pay(way, site, form)
    noted("site.added", site, name=site.name)
    if copied is not None:
        Style(copied).copy_to(site, current_member())
        noted("style.copied", site, site=copied.name)
    return site


def _copied(asked: Form) -> Site | None:
    """The style the new one begins as.  Raises NotFound for one that is not the company's."""
    site_id = asked.id("copy")
    return site_numbered(site_id) if site_id is not None else None


def _new_page(form: Form) -> str:
    payment = StylePayment(g.company, is_new=True)
    return render_template("manage/styles/new.html", form=form, payment=payment, sites=Site.all())


def _page(site: Site, form: Form) -> str:
    return render_template("manage/styles/edit.html", form=form, site=site, snippet=snippet(site), own_page=own_page(site))
