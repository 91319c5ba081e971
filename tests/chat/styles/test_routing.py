"""The rules of a style: what they are, what they cost, what the company has the right to."""

import pytest

from chat.places.places import Place
from chat.styles.routing import MOST_STRATEGIES, Designated, PageScope, Regions, Routing, Strategy
from chat.styles.styles import Style
from core.db import db, transaction
from core.errors import Invalid

NINGBO = Place("CN", "CN-ZJ", "330200")


def test_a_place_matches_its_country_and_province_too():
    regions = Regions(
        (Strategy("City", ("330200",), (1,)), Strategy("Country", ("CN",), (2,)), Strategy("Else", ("DE",), (3,)))
    )

    assert [one.name for one in regions.matching(NINGBO)] == ["Country", "City"]
    assert set(regions.departments_for(NINGBO)) == {1, 2}
    assert regions.departments_for(Place("FR")) == regions.departments_for(Place()) == ()


def test_thousands_of_strategies_are_found_like_a_handful():
    """Sorted by place once; then one look-up for each code of a place, also where thousands name the same."""
    crowd = tuple(Strategy(f"S{n}", ("330200", "CN"), (n % 7,)) for n in range(MOST_STRATEGIES))
    regions = Regions(crowd)

    assert set(regions.departments_for(NINGBO)) == set(range(7))
    assert len(regions.matching(NINGBO, 20)) == 20
    assert regions._by_place is regions._by_place


def test_what_is_kept_comes_back_the_same_and_is_sorted_once(cast):
    routing = Routing(
        Regions((Strategy("East", ("CN-ZJ",), (1,)),)),
        Designated((1,), (2,), hides_offline=True),
        (3,),
        (PageScope(("/a*",), (1,)),),
    )
    routing.regions.departments_for(NINGBO)
    with transaction():
        Style(cast.site).save(routing, by=None)
    db.session.expire_all()

    kept = Style(cast.site)[Routing]
    assert kept == routing
    assert Style(cast.site)[Routing].regions._by_place is kept.regions._by_place


def test_rights_take_parts_away_and_leave_the_rest_as_it_was():
    routing = Routing(Regions((Strategy("East", ("CN-ZJ",), (1,)),)), Designated((1,)), (3,))

    assert routing.with_rights(frozenset({"regional_routing", "designated_agents"})) is routing
    without = routing.with_rights(frozenset({"regional_routing"}))
    assert (without.regions, without.designated, without.departments) == (routing.regions, Designated(), (3,))
    assert without.regions is routing.regions
    assert routing.with_rights(frozenset({"designated_agents"})).regions == Regions()


@pytest.mark.parametrize(
    ("routing", "field"),
    [
        (Routing(Regions((Strategy("", ("CN",), (1,)),))), "name"),
        (Routing(Regions((Strategy("East", (), (1,)),))), "places"),
        (Routing(Regions((Strategy("East", ("CN", "Mars"), (1,)),))), "places"),
        (Routing(Regions((Strategy("East", ("CN",), ()),))), "departments"),
        (Routing(Regions((Strategy("East", ("CN",), (1,)),) * (MOST_STRATEGIES + 1))), "strategies"),
        (Routing(pages=(PageScope((), (1,)),)), "pages"),
        (Routing(prefers_last="perhaps"), "prefers_last"),
    ],
)
def test_refuses_what_cannot_be_meant(routing, field):
    with pytest.raises(Invalid) as refused:
        routing.check()

    assert set(refused.value.fields) == {field}


def test_r12_a_style_has_one_place_for_a_bot_and_no_bot_can_stand_there_yet():
    """At most one: there is no way to write down two."""
    with pytest.raises(Invalid) as refused:
        Routing(designated=Designated(bot=1)).check()
    assert "no such bot" in refused.value.fields["bot"]
    with pytest.raises(Exception, match="Expected `int"):
        Routing.from_dict({"designated": {"bot": [1, 2]}})
