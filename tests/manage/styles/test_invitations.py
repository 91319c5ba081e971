"""The page on which a style's invitations are set, and what it tells of them."""

import pytest
from inviting import EVERYBODY, come, invited_by, let_time_pass, set_company, set_style
from queueing import come_online

from chat.invitations.automatic import invite_by_rule
from chat.invitations.inviting import InvitingChanged
from chat.invitations.rules import InvitationRule, Invitations
from chat.places.regions import LANGUAGES, full_name
from chat.styles.styles import Style
from core.db import db, transaction
from core.events import react
from manage.styles.invitations import caps_in_words
from manage.styles.region_names import region_called
from saas.reactions import REACTIONS
from tenants.companies.settings import Settings

NUMBERS = {"pause_seconds": "60", "per_visit": "1", "per_day": "2", "quiet_days": "3", "stays_seconds": "90"}
RULE = {
    "rule": ["7"], "is_on-7": "yes", "name-7": "Hats", "after_seconds-7": "20", "counts-7": "visit", "visitors-7": "returning",
    "least_visits-7": "3", "pages-7": "/hats*\n/ties", "regions-7": "Zhejiang\n德国", "referrers-7": "www.Blog.example",
    "words-7": "Blue Hat",
}  # fmt: skip


@pytest.fixture
def page(cast, signed_in):
    class Page:
        browser = signed_in(cast.olga)
        address = f"/manage/styles/{cast.site.id}/invitations"

        def show(self, **asked) -> str:
            return self.browser.get(self.address, query_string=asked).text

        def save(self, **typed):
            return self.browser.post(self.address, data=NUMBERS | {"manner": "ask", "seen": "0"} | typed)

    return Page()


def saved(cast) -> Invitations:
    db.session.commit()
    db.session.refresh(cast.site)
    return Style(cast.site)[Invitations]


def test_everything_that_is_set_is_kept_and_shown_again(cast, page):
    """I-05, I-06, I-14"""
    typed = {
        "is_automatic": "yes",
        "box_title": "Hats",
        "box_text": "Look for one?",
        "invites_offline": "yes",
        "offline_text": "Write",
    }
    answer = page.save(**typed, **RULE)

    assert answer.status_code == 302
    part = saved(cast)
    assert part.rules == (
        InvitationRule(
            id=7, name="Hats", after_seconds=20, counts="visit", pages=("/hats*", "/ties"), visitors="returning", least_visits=3,
            regions=("CN-ZJ", "DE"), referrers=("blog.example",), words=("blue hat",),
        ),
    )  # fmt: skip
    assert (part.pause_seconds, part.per_visit, part.per_day, part.quiet_days, part.stays_seconds) == (60, 1, 2, 3, 90)
    shown = page.show()
    assert "China, Zhejiang\nGermany" in shown
    assert "Look for one?" in shown
    assert "after 20 seconds" in shown


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(cast, page):
    answer = page.save(**RULE | {"regions-7": "Atlantis", "after_seconds-7": "soon"}, per_day="0", box_title="Kept")

    assert answer.status_code == 422
    assert "We know no region called “Atlantis”." in answer.text
    assert "Enter a whole number from 0 to 86400." in answer.text
    assert "Enter a whole number from 1 to 50." in answer.text
    assert 'value="Kept"' in answer.text
    assert saved(cast) == Invitations()


def test_rules_come_and_go_without_scripts(cast, page):
    typed = NUMBERS | {"manner": "ask", "seen": "0", "box_title": "Kept"} | RULE
    more = page.browser.post(f"{page.address}/rules", data=typed | {"step": "add"}).text
    fewer = page.browser.post(f"{page.address}/rules", data=typed | {"step": "remove 7"}).text

    assert more.count('name="rule"') == 2
    assert 'value="Hats"' in more
    assert 'value="Kept"' in more
    assert fewer.count('name="rule"') == 0
    assert saved(cast) == Invitations()


def test_with_scripts_only_the_rules_come_back(page):
    answer = page.browser.post(f"{page.address}/rules", data=RULE | {"step": "add"}, headers={"HX-Request": "true"}).text

    assert answer.lstrip().startswith("<fieldset")
    assert answer.count('name="rule"') == 2


@pytest.mark.parametrize("step", ["", "add x", "remove", "remove 8", "remove 99999999999999999999", "fly"])
def test_odd_steps_do_no_harm(page, step):
    answer = page.browser.post(f"{page.address}/rules", data=RULE | {"step": step})

    assert answer.status_code == 200


def test_hostile_rules_do_no_harm(cast, page):
    answer = page.save(**RULE | {"rule": ["7", "7", "-1", "x", "9" * 18, "0"]}, is_automatic="yes")

    assert answer.status_code == 302
    assert [rule.id for rule in saved(cast).rules] == [7]


def test_an_automatic_mode_without_a_rule_is_refused(page):
    assert "Add a rule that says when." in page.save(is_automatic="yes").text


def test_too_many_stars_are_refused(page):
    assert "A page may have at most 5 stars." in page.save(**RULE | {"pages-7": "/a*b*c*d*e*f*g"}).text


def test_the_caps_are_one_sentence():
    part = Invitations(per_visit=2, per_day=3, quiet_days=7)

    assert caps_in_words(part) == (
        "A visitor sees at most 2 invitations on a visit and 3 in 24 hours, whoever invites."
        " After a no, the rules leave them alone for 7 days."
    )


def test_the_boxes_are_shown_as_they_are_being_typed(page):
    """I-11: online with picture, title and text; offline with title and text."""
    typed = NUMBERS | {"manner": "ask", "box_title": "<b>Hats</b>", "invites_offline": "yes", "offline_text": "Write to us"}
    sample = page.browser.post(f"{page.address}/preview", data=typed).text

    assert "&lt;b&gt;Hats&lt;/b&gt;" in sample
    assert "Write to us" in sample
    assert "<html" not in sample


def test_direct_chat_comes_with_a_notice(cast, page):
    """CF-31: on the page, and in the window it opens."""
    assert "may find it intrusive" in page.show()
    set_company(chats_directly=True)
    page.save(manner="direct")

    shown = page.show()
    assert "Acme opened this window. You need not answer" in shown
    assert "Agents may chat with visitors directly." in shown


def test_the_companys_switches_are_in_its_settings(cast, signed_in, monkeypatch):
    """S-05, S-06, I-03"""
    heard = []
    monkeypatch.setitem(REACTIONS, InvitingChanged, [heard.append])
    react(REACTIONS)
    typed = {"name": "Acme", "idle_minutes": "15", "language": "en", "time_zone": "UTC"}
    signed_in(cast.olga).post("/manage/settings", data=typed | {"chats_directly": "yes"})

    db.session.commit()
    db.session.expire_all()
    settings = Settings.current()
    assert (settings.invites_by_hand, settings.chats_directly) == (False, True)
    assert heard == [InvitingChanged(cast.acme.id)]


def test_figures_by_day_rule_and_agent(cast, page):
    """Made, shown, accepted, declined."""
    come_online(cast.adam)
    set_style(cast.site, rules=(InvitationRule(id=1, name="After a while"),))
    with transaction():
        first, second = (invite_by_rule(come(cast.site), 1, "https://shop.example/") for _ in range(2))
        first.accept()
        second.decline()
    by_adam = invited_by(cast.adam, come(cast.site))
    let_time_pass(by_adam, days=1)
    set_style(cast.site, rules=(EVERYBODY,))

    csv = page.browser.get(f"{page.address}/figures.csv").text.lstrip("\ufeff").splitlines()
    assert csv[0] == "Day,Invited by,Invitations,Shown,Accepted,Declined"
    assert [line.split(",", 1)[1] for line in csv[1:]] == ["Everybody,2,2,1,1", "Adam,1,0,0,0"]
    shown = page.show()
    assert "data-chart=" in shown
    assert "Adam" in shown
    assert page.show(since="2020-01-01", until="2020-02-01").count("Nobody was invited in these days.") == 1


def test_figures_of_a_rule_that_is_gone(cast, page):
    come_online(cast.adam)
    set_style(cast.site)
    with transaction():
        invite_by_rule(come(cast.site), 1, "https://shop.example/")
    set_style(cast.site, is_automatic=False, rules=())

    assert "A rule that was removed" in page.show()


@pytest.mark.parametrize("since", ["yesterday", "2026-02-30", "9999-99-99"])
def test_odd_days_are_told(page, since):
    assert "Enter a date like 2026-12-31." in page.show(since=since)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CN", "CN"), ("cn-zj", "CN-ZJ"), ("China", "CN"), ("中国", "CN"), ("Zhejiang", "CN-ZJ"), ("浙江", "CN-ZJ"),
        ("浙江省", ""), ("China, Zhejiang, Ningbo", "330200"), ("浙江 宁波", "330200"), ("宁波", "330200"), ("Germany", "DE"),
        ("Germany, Bayern", "DE-BY"), ("DE-BY", "DE-BY"), ("Atlantis", ""), ("", ""), ("*", ""),
    ],
)  # fmt: skip
def test_regions_are_typed_as_people_call_them(text, code):
    assert region_called(text) == code


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["CN", "HK", "CN-BJ", "CN-NM", "330200", "DE", "DE-BY", "US", "US-CA", "JP-13"])
def test_what_the_page_shows_is_what_it_reads(code, language):
    assert region_called(full_name(code, language)) == code


def test_only_who_manages_sites(cast, signed_in, page):
    assert signed_in(cast.adam).get(page.address).status_code in (302, 403)
