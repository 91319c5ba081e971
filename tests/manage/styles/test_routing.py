"""The pages of routing: rules, strategies, and the explanation (R-10…R-21)."""

import pytest
from cast import count
from queueing import come_online
from redis.exceptions import RedisError
from routing import NINGBO, ask_from, department, set_rules, strategy

from billing.grants import revoke
from chat.conversations.conversations import Conversation
from chat.styles.routing import Designated, Routing, Strategy
from chat.styles.styles import Style, StyleVersion
from core.db import db, transaction
from tenants.audit.audit import AuditEntry
from tenants.companies.settings import Settings
from tenants.people.departments import Department
from tenants.people.members import Member


@pytest.fixture
def east(cast):
    return department("East", cast.adam)


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def address(cast) -> str:
    return f"/manage/styles/{cast.site.id}/routing"


def routing_of(cast) -> Routing:
    cast.refresh()
    return Style(cast.site)[Routing]


def test_keeps_designated_agents_departments_pages_and_wishes(cast, olga, address, east):
    typed = {
        "seen": 0, "designated_members": [cast.nina.id], "designated_departments": [east.id], "hides_departments": "yes",
        "departments": [east.id], "prefers_last": "no", "row": ["0", "1"], "pages-0": "/hats*\n/shoes", "departments-0": [east.id],
        "pages-1": "", "hides_offline": "yes",
    }  # fmt: skip

    response = olga.post(address, data=typed)

    assert response.status_code == 302
    kept = routing_of(cast)
    assert kept.designated == Designated((cast.nina.id,), (east.id,), hides_departments=True, hides_offline=True)
    assert (kept.departments, kept.prefers_last) == ((east.id,), "no")
    assert [(scope.pages, scope.departments) for scope in kept.pages] == [(("/hats*", "/shoes"), (east.id,))]
    assert "/hats*\n/shoes" in olga.get(address).text


def test_leaves_the_strategies_as_they_are(cast, olga, address, east):
    set_rules(cast, strategy("East", "CN-ZJ", east))

    olga.post(address, data={"seen": 1, "departments": [east.id]})

    assert [one.name for one in routing_of(cast).regions.strategies] == ["East"]


def test_half_a_rule_for_pages_is_asked_about_and_nothing_typed_is_lost(cast, olga, address, east):
    page = olga.post(address, data={"seen": 0, "row": ["0", "1"], "pages-0": "/hats", "departments-1": [east.id]})

    assert page.status_code == 422
    assert "Choose at least one department." in page.text
    assert "Enter the address of a page" in page.text
    assert "/hats" in page.text
    assert count(StyleVersion) == 0


def test_others_departments_and_people_do_not_exist(cast, olga, address):
    with cast.globex.entered(), transaction():
        theirs = Department.add("Theirs")
        stranger = Member.known_as("eve@globex.example")
    far = theirs.id + 9_000, stranger.id + 9_000

    olga.post(address, data={"seen": 0, "departments": [far[0]], "designated_members": [far[1], "x", -1]})

    assert routing_of(cast) == Routing()


def test_a_strategy_is_added_changed_and_removed(cast, olga, address, east):
    added = {"seen": 0, "name": "Zhejiang", "places": ["CN-ZJ", "DE-BY", "Mars"], "departments": [east.id, 999]}
    assert olga.post(f"{address}/strategies", data=added).status_code == 302
    assert routing_of(cast).regions.strategies == (Strategy("Zhejiang", ("CN-ZJ", "DE-BY"), (east.id,)),)
    page = olga.get(f"{address}/strategies/1").text
    assert "Bayern" in page

    changed = {"seen": 1, "name": "Ningbo", "places": ["330200"], "departments": [east.id]}
    assert olga.post(f"{address}/strategies/1", data=changed).status_code == 302
    assert routing_of(cast).regions.strategies == (Strategy("Ningbo", ("330200",), (east.id,)),)

    assert olga.post(f"{address}/strategies/1/removal", data={"seen": 2}).status_code == 302
    assert routing_of(cast).regions.strategies == ()
    assert [version.number for version in StyleVersion.of(cast.site)] == [3, 2, 1]
    assert "style.changed" in {entry.action for entry in db.session.query(AuditEntry)}


def test_what_is_missing_is_said_beside_its_field(olga, address, cast):
    page = olga.post(f"{address}/strategies", data={"seen": 0, "name": ""})

    assert page.status_code == 422
    for fault in ("Enter a name for this strategy.", "Choose at least one place.", "Choose at least one department."):
        assert fault in page.text


def test_of_two_authors_the_second_is_told(cast, olga, address, east):
    set_rules(cast, strategy("East", "CN-ZJ", east))

    late = olga.post(f"{address}/strategies", data={"seen": 0, "name": "Mine", "places": ["CN"], "departments": [east.id]})
    removal = olga.post(f"{address}/strategies/1/removal", data={"seen": 0}, follow_redirects=True)

    assert late.status_code == 409
    assert 'value="Mine"' in late.text
    assert "changed this while you were at it" in removal.text
    assert [one.name for one in routing_of(cast).regions.strategies] == ["East"]


@pytest.mark.parametrize("path", ["/strategies/7", "/strategies/0", "/strategies/provinces/ZZ"])
def test_what_is_not_there_is_not_found(olga, address, path):
    assert olga.get(address + path).status_code == 404


def test_strategies_are_found_by_name_place_in_any_language_and_department(cast, olga, address, east):
    with transaction():
        south = Department.add("South")
    set_rules(cast, strategy("One", "330200", east), strategy("Two", "CN-GD", south))

    for words, name in (("one", "One"), ("宁波", "One"), ("Ningbo", "One"), ("廣東", "Two"), ("south", "Two")):
        page = olga.get(address, query_string={"search": words}).text
        assert "1 strategy" in page
        assert f">{name}</a>" in page


def test_thousands_of_strategies_come_a_page_at_a_time(cast, olga, address, east):
    set_rules(cast, *(strategy(f"Strategy {number}", "CN-ZJ", east) for number in range(120)))

    first, last = olga.get(address).text, olga.get(address, query_string={"page": 2}).text

    assert "120 strategies" in first
    assert (first.count("/strategies/") > 50, "Strategy 0<" in first, "Strategy 119<" in first) == (True, True, False)
    assert "Strategy 119<" in last
    assert olga.get(address, query_string={"page": "x"}).status_code == 200


def test_a_strategy_without_departments_says_so(cast, olga, address, east):
    set_rules(cast, strategy("East", "CN-ZJ", east))
    with transaction():
        db.session.get_one(Department, east.id).remove()

    assert "Its departments were removed" in olga.get(address).text


def test_r14_and_r10_are_locked_without_the_right_and_stay_visible(cast, olga, address, east):
    set_rules(cast, strategy("East", "CN-ZJ", east), members=[cast.nina])
    with transaction():
        revoke(cast.acme, "trial:professional")

    page = olga.get(address).text

    assert page.count('class="locked"') == 2
    assert ">East</a>" in page
    assert olga.get(f"{address}/strategies/new").text.count('class="locked"') == 1


def test_the_provinces_of_a_country_come_when_asked_for(olga, address):
    page = olga.get(f"{address}/strategies/provinces/JP").text

    assert 'value="JP-13"' in page


class TestReplay:
    """What is typed, tried on last month's conversations (beyond 2)."""

    @pytest.fixture
    def asked_from_ningbo(self, cast, east):
        """By who then belonged to East."""
        set_rules(cast, strategy("East", "CN-ZJ", east))
        return ask_from(cast, NINGBO)

    @pytest.fixture
    def typed(self, cast) -> dict:
        with transaction():
            west = Department.add("West")
            cast.nina.departments.append(west)
        return {"seen": 1, "name": "Mine", "places": ["330200"], "departments": [west.id]}

    def test_a_strategy_shows_from_whom_to_whom_and_saves_nothing(self, cast, olga, address, asked_from_ningbo, typed):
        page = olga.post(f"{address}/strategies/1/replay", data=typed).text

        assert "1 conversation would have come to other people." in page
        for said in (
            "East <",
            "West <",
            "China, Zhejiang, Ningbo",
            'value="Mine"',
            'data-guard="touched"',
            'name="seen" value="1"',
        ):
            assert said in page
        assert f"/routing/explanation?conversation={asked_from_ningbo.id}" in page
        assert "1 conversation cannot be told" in page
        assert (NINGBO in page, count(StyleVersion)) == (False, 1)
        assert [one.name for one in routing_of(cast).regions.strategies] == ["East"]

        page = olga.post(f"{address}/strategies/replay", data=typed).text
        assert "East, West" in page
        page = olga.post(f"{address}/strategies/1/removal/replay").text
        assert "Everybody who may answer" in page
        assert 'value="East"' in page
        assert 'data-guard="touched"' not in page

    def test_the_other_rules_too_and_what_is_wrong_stands_beside_its_field(self, cast, olga, address, asked_from_ningbo, typed):
        tried = {"seen": 1, "departments": typed["departments"]}
        page = olga.post(f"{address}/replay", data=tried | {"row": ["0"], "pages-0": "/hats*"})
        assert (page.status_code, "Choose at least one department." in page.text) == (422, True)

        page = olga.post(f"{address}/replay", data=tried).text

        assert "Nothing would have been different." in page
        assert f'value="{typed["departments"][0]}" checked' in page
        assert olga.post(f"{address}/strategies/replay", data={"seen": 1}).status_code == 422
        assert olga.post(f"{address}/strategies/9/replay", data=typed).status_code == 404
        assert count(StyleVersion) == 1

    def test_without_the_right_it_says_that_strategies_count_for_nothing(self, cast, olga, address, asked_from_ningbo, typed):
        with transaction():
            revoke(cast.acme, "trial:professional")

        page = olga.post(f"{address}/strategies/1/replay", data=typed).text

        assert "Nothing would have been different." in page
        assert "strategies count for nothing here" in page

    def test_is_refused_to_who_may_not_manage_sites(self, cast, signed_in, address, asked_from_ningbo):
        adam = signed_in(cast.adam)

        for path in ("/replay", "/strategies/replay", "/strategies/1/replay", "/strategies/1/removal/replay"):
            assert adam.post(address + path, data={"seen": 1}).status_code == 403


class TestExplanation:
    @pytest.fixture
    def ask(self, olga, address):
        return lambda **asked: olga.get(f"{address}/explanation", query_string=asked).text

    def test_shows_place_strategies_and_who_would_receive(self, cast, ask, east):
        set_rules(cast, strategy("Zhejiang", "CN-ZJ", east), members=[cast.nina])
        with transaction():
            Settings.current().assignment = "service"
        come_online(cast.adam, cast.nina)

        page = ask(ip=NINGBO)

        assert "China, Zhejiang, Ningbo" in page
        assert "visitors from China, Zhejiang, Ningbo belong to East (Zhejiang)" in page
        assert "Adam would receive this visitor now." in page
        assert "does not receive visitors like this one" in page
        assert "ip2region (Apache License 2.0)" in page
        assert count(Conversation) == 1

    def test_says_when_nobody_would(self, cast, ask, east):
        set_rules(cast, strategy("Zhejiang", "CN-ZJ", east))
        with transaction():
            Settings.current().assignment = "service"

        assert "Nobody would receive this visitor now." in ask(ip=NINGBO)

    def test_says_that_agents_accept_themselves(self, ask):
        page = ask(ip="10.0.0.1", page="https://shop.example/")

        assert "Nobody knows where this address is." in page
        assert "Agents accept visitors themselves" in page
        assert "No rule narrows it" in page

    def test_explains_a_conversation(self, cast, ask, east):
        with transaction():
            cast.question.accept(cast.adam)

        page = ask(conversation=cast.question.id)

        assert "Adam accepted the visitor." in page

    @pytest.mark.parametrize("number", ["999999", "x", "-1", "1" * 20])
    def test_of_one_that_is_not_there_says_so(self, ask, number):
        assert "There is no conversation with this number" in ask(conversation=number)

    @pytest.mark.parametrize("ip", ["'><script>", "::ffff:999", "1" * 64])
    def test_whatever_is_typed(self, ask, ip):
        page = ask(ip=ip, page="javascript:alert(1)")

        assert "Nobody knows where this address is." in page
        assert "<script>'" not in page

    def test_a_database_that_is_away_is_no_error(self, cast, ask, app, monkeypatch):
        def away(*given, **more):
            raise RedisError("away")

        monkeypatch.setattr(app.extensions["redis"], "time", away)

        assert "We cannot see right now who is online." in ask(ip=NINGBO)
