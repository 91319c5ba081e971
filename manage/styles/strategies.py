"""Strategies of regional routing, one by one: a name, its places, its departments (R-14)."""

from collections.abc import Mapping
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
from core.text import tidy
from manage.deeds import noted
from manage.styles.pages import site_numbered
from tenants.people.departments import Department
from tenants.signing_in.current import current_member, needs

style_strategies = Blueprint("style_strategies", __name__, url_prefix="/manage/styles/<int:site_id>/routing/strategies")

A_PAGE = 50
PLACES_NAMED = 6


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
    strategy = _numbered(site, number)
    typed = {"name": strategy.name, "places": strategy.places, "departments": [str(id) for id in strategy.departments]}
    return _page(site, Form({name: list(value) if name != "name" else value for name, value in typed.items()}), number)


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
            _change(site, form, [one for at, one in enumerate(_strategies(site), 1) if at != number])
    except NotFound:
        raise
    except Refusal as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("%(name)s has been removed.", name=gone.name), "success")
    return redirect(url_for("manage.style_routing.edit", site_id=site_id))


@style_strategies.get("/provinces/<code>")
@needs("sites.manage")
def provinces(site_id, code):
    """The provinces of a country, to choose among."""
    if code not in countries():
        raise NotFound
    return render_template("manage/styles/_provinces.html", form=Form(), branches=branches(provinces_of(code)))


@dataclass
class ListedStrategies:
    """The strategies of a style whose name, places or departments have these words in them, a page of them."""

    search: str
    rows: list[dict]
    count: int
    total: int
    page: int

    @classmethod
    def of(cls, site_id: int, asked: Mapping[str, str]) -> "ListedStrategies":
        search, departments = tidy(asked.get("search"), 80), {one.id: one.name for one in Department.all()}
        strategies = list(enumerate(_strategies(site_numbered(site_id)), 1))
        found = [(number, one) for number, one in strategies if _has(one, search.casefold(), departments)]
        page = min(_whole(asked.get("page")), max(0, len(found) - 1) // A_PAGE)
        rows = [_row(number, one, departments) for number, one in found[page * A_PAGE : (page + 1) * A_PAGE]]
        return cls(search, rows, len(found), len(strategies), page)

    @property
    def has_more(self) -> bool:
        return (self.page + 1) * A_PAGE < self.count


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
            strategies = list(_strategies(site))
            if number is not None:
                _numbered(site, number)
            place = len(strategies) if number is None else number - 1
            strategies[place : place + 1] = [_typed(form)]
            _change(site, form, strategies)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(site_numbered(site_id), form, number), refusal.status
    flash(_("Saved. Visitors who come from now on are received like this."), "success")
    return redirect(url_for("manage.style_routing.edit", site_id=site_id))


def _change(site: Site, form: Form, strategies: list[Strategy]) -> None:
    style = Style(site)
    part = replace(style[Routing], regions=Regions(tuple(strategies)))
    version = style.save(part, current_member(), seen=form.id("seen"))
    if version is not None:
        noted("style.changed", site, site=site.name, part=str(Routing.title), version=version.number)


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


def _has(strategy: Strategy, search: str, departments: dict[int, str]) -> bool:
    if not search:
        return True
    said = [strategy.name, *map(words_of, strategy.places), *(departments.get(id, "") for id in strategy.departments)]
    return any(search in text.casefold() for text in said)


def _row(number: int, strategy: Strategy, departments: dict[int, str]) -> dict:
    language = str(get_locale() or "en")
    return {
        "number": number,
        "name": strategy.name,
        "places": [full_name(code, language) for code in strategy.places[:PLACES_NAMED]],
        "more_places": max(0, len(strategy.places) - PLACES_NAMED),
        "departments": [departments[id] for id in strategy.departments if id in departments],
        "has_lost_all": not any(id in departments for id in strategy.departments),
    }


def _page(site: Site, form: Form, number: int | None = None) -> str:
    chosen = [code for code in form.typed.getlist("places") if is_region(code)]
    # Countries of which a province is chosen show all of theirs.
    opened = {parent_of(code) for code in chosen if "-" in code} - {"CN"}
    return render_template(
        "manage/styles/strategy.html",
        form=form,
        site=site,
        kind=Routing,
        number=number,
        seen=form.id("seen") if "seen" in form.typed else Style(site).version_of(Routing),
        departments=Department.all(),
        chosen=[full_name(code, str(get_locale() or "en")) for code in chosen],
        china_whole=Branch("CN", region_name("CN", str(get_locale() or "en")), words_of("CN")),
        china=branches(provinces_of("CN")),
        others=branches(code for code in countries() if code != "CN"),
        opened={code: branches(provinces_of(code)) for code in opened},
        has_provinces={code for code in countries() if len(provinces_of(code)) > 1},
    )


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else 0
