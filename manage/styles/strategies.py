"""Strategies of regional routing, one by one: a name, its places, its departments (R-14)."""

from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from chat.places.regions import (
    cities_of,
    countries,
    full_name,
    in_order,
    is_region,
    parent_of,
    provinces_of,
    region_name,
    words_of,
)
from chat.styles.routing import Regions, Routing, Strategy
from chat.styles.sites import Site
from chat.styles.styles import Style
from core.db import transaction
from core.errors import NotFound, Refusal
from core.forms import Form
from manage.deeds import noted
from manage.styles.pages import site_numbered
from manage.styles.replays import TriedRules
from tenants.people.departments import Department
from tenants.signing_in.current import current_member, needs

style_strategies = Blueprint("style_strategies", __name__, url_prefix="/manage/styles/<int:site_id>/routing/strategies")


@style_strategies.get("/new")
@needs("sites.manage")
def new(site_id):
    return _page(site_numbered(site_id), Form())


@style_strategies.post("")
@needs("sites.manage")
def create(site_id):
    return _save(site_id, None)


@style_strategies.get("/<int:number>")
@needs("sites.manage")
def edit(site_id, number):
    site = site_numbered(site_id)
    return _page(site, _as_it_is(_numbered(site, number)), number)


@style_strategies.post("/<int:number>")
@needs("sites.manage")
def update(site_id, number):
    return _save(site_id, number)


@style_strategies.post("/<int:number>/removal")
@needs("sites.manage")
def destroy(site_id, number):
    form = Form(request.form)
    try:
        with transaction():
            site = site_numbered(site_id)
            gone = _numbered(site, number)
            _change(site, form, _without(site, number))
    except NotFound:
        raise
    except Refusal as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("%(name)s has been removed.", name=gone.name), "success")
    return redirect(url_for("manage.style_routing.edit", site_id=site_id))


@style_strategies.post("/replay")
@needs("sites.manage")
def replay_new(site_id):
    """Try it on last month's conversations."""
    return _try_out(site_id, None)


@style_strategies.post("/<int:number>/replay")
@needs("sites.manage")
def replay_changed(site_id, number):
    return _try_out(site_id, number)


@style_strategies.post("/<int:number>/removal/replay")
@needs("sites.manage")
def replay_removed(site_id, number):
    site = site_numbered(site_id)
    form, without = _as_it_is(_numbered(site, number)), _with(site, _without(site, number))
    return _page(site, form, number, TriedRules(site, without, is_typed=False))


@style_strategies.get("/provinces/<code>")
@needs("sites.manage")
def provinces(site_id, code):
    """The provinces of a country, to choose among."""
    if code not in countries():
        raise NotFound
    return render_template("manage/styles/_provinces.html", form=Form(), branches=branches(provinces_of(code)))


@dataclass(frozen=True)
class Branch:
    """A place that can be chosen, with what lies in it: its cities, or how many provinces its country has."""

    code: str
    name: str
    words: str
    inside: tuple["Branch", ...] = ()


def branches(codes) -> list[Branch]:
    """In the reader's order."""
    language = str(get_locale() or "en")
    return [
        Branch(code, region_name(code, language), words_of(code), tuple(branches(cities_of(code))))
        for code in in_order(codes, language)
    ]


def _save(site_id: int, number: int | None):
    form = Form(request.form)
    try:
        with transaction():
            site = site_numbered(site_id)
            _change(site, form, _with_typed(site, number, form))
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(site_numbered(site_id), form, number), refusal.status
    flash(_("Saved. Visitors who come from now on are received like this."), "success")
    return redirect(url_for("manage.style_routing.edit", site_id=site_id))


def _try_out(site_id: int, number: int | None):
    site, form = site_numbered(site_id), Form(request.form)
    try:
        routing = _with(site, _with_typed(site, number, form))
        routing.check()
        return _page(site, form, number, TriedRules(site, routing))
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(site, form, number), refusal.status


def _change(site: Site, form: Form, strategies: list[Strategy]) -> None:
    version = Style(site).save(_with(site, strategies), current_member(), seen=form.id("seen"))
    if version is not None:
        noted("style.changed", site, site=site.name, part=str(Routing.title), version=version.number)


def _with(site: Site, strategies: list[Strategy]) -> Routing:
    """The rules of a site with these strategies instead of its own."""
    return replace(Style(site)[Routing], regions=Regions(tuple(strategies)))


def _with_typed(site: Site, number: int | None, form: Form) -> list[Strategy]:
    """With the typed one in the place of a strategy, or after all of them.  Raises Invalid, NotFound."""
    strategies = list(_strategies(site))
    if number is not None:
        _numbered(site, number)
    place = len(strategies) if number is None else number - 1
    strategies[place : place + 1] = [_typed(form)]
    return strategies


def _without(site: Site, number: int) -> list[Strategy]:
    return [one for at, one in enumerate(_strategies(site), 1) if at != number]


def _as_it_is(strategy: Strategy) -> Form:
    places, departments = list(strategy.places), list(map(str, strategy.departments))
    return Form({"name": strategy.name, "places": places, "departments": departments})


def _typed(form: Form) -> Strategy:
    departments = {department.id for department in Department.all()}
    strategy = Strategy(
        name=form.text("name", missing=_("Enter a name for this strategy.")),
        places=tuple(dict.fromkeys(code for code in form.typed.getlist("places") if is_region(code))),
        departments=tuple(dict.fromkeys(id for id in form.ids("departments") if id in departments)),
    )
    if not strategy.places:
        form.fail("places", _("Choose at least one place."))
    if not strategy.departments:
        form.fail("departments", _("Choose at least one department."))
    form.check()
    return strategy


def _strategies(site: Site) -> tuple[Strategy, ...]:
    return Style(site)[Routing].regions.strategies


def _numbered(site: Site, number: int) -> Strategy:
    """Counted from 1.  Raises NotFound."""
    strategies = _strategies(site)
    if not 0 < number <= len(strategies):
        raise NotFound
    return strategies[number - 1]


def _page(site: Site, form: Form, number: int | None = None, tried: TriedRules | None = None) -> str:
    chosen = [code for code in form.typed.getlist("places") if is_region(code)]
    # Countries of which a province is chosen show all of theirs.
    opened = {parent_of(code) for code in chosen if "-" in code} - {"CN"}
    return render_template(
        "manage/styles/strategy.html",
        form=form,
        site=site,
        kind=Routing,
        number=number,
        tried=tried,
        seen=form.id("seen") if "seen" in form.typed else Style(site).version_of(Routing),
        departments=Department.all(),
        chosen=[full_name(code, str(get_locale() or "en")) for code in chosen],
        china_whole=Branch("CN", region_name("CN", str(get_locale() or "en")), words_of("CN")),
        china=branches(provinces_of("CN")),
        others=branches(code for code in countries() if code != "CN"),
        opened={code: branches(provinces_of(code)) for code in opened},
        has_provinces={code for code in countries() if len(provinces_of(code)) > 1},
    )
