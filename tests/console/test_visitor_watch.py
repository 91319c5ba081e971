"""Who is said to have come, moved and gone, and to whom."""

import threading
import uuid

import pytest
from watching import Bus, Client, Process

from chat.conversations.conversations import Conversation
from chat.styles.sites import Site
from chat.visitors.arrivals import Arrival, arrive
from chat.visitors.presence import keep_visitors, lose_visitor
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from console.visitor_watch import MISSING_LOOKS, Attendance, visitors_shown
from core.db import db, transaction


@pytest.fixture
def process() -> Process:
    return Process()


@pytest.fixture
def bus(app, process, monkeypatch) -> Bus:
    """Two live processes that hear each other."""
    bus = Bus(process, Process())
    monkeypatch.setitem(app.extensions, "pushes", bus)
    monkeypatch.setitem(app.extensions, "visitor_watch", process.watch)
    return bus


def come(cast, url: str = "https://shop.example/", key: str | None = None, **more) -> int:
    """A visitor opens a page, a new one unless there is a key.  His number."""
    arrival = Arrival(site_key=cast.site.key, visitor_key=key or str(uuid.uuid4()), is_new=key is None, url=url, **more)
    visitor_id = arrive(cast.acme, arrival).visitor_id
    keep_visitors(cast.acme.id, [visitor_id])
    return visitor_id


def move(visitor_id: int, url: str) -> None:
    with transaction():
        Visit.last_of(db.session.get_one(Visitor, visitor_id)).view(url, "")


def test_whoever_is_there_at_first_has_come():
    assert Attendance().now({1, 2}) == ({1, 2}, set())


def test_whoever_stays_is_not_told_again():
    attendance = Attendance()
    attendance.now({1})

    assert attendance.now({1, 2}) == ({2}, set())


def test_turning_a_page_is_not_leaving():
    attendance = Attendance()
    attendance.now({1})
    for _ in range(MISSING_LOOKS - 1):
        assert attendance.now(set()) == (set(), set())

    assert attendance.now({1}) == (set(), set())


def test_whoever_is_missing_for_long_has_gone_once():
    attendance = Attendance()
    attendance.now({1})
    looks = [attendance.now(set()) for _ in range(MISSING_LOOKS + 2)]

    assert [gone for _, gone in looks if gone] == [{1}]
    assert attendance.now({1}) == ({1}, set())


def test_a_thousand_changes_are_one_frame(cast, process, bus):
    adam = process.connect(cast.acme, cast.adam.id)
    process.turn()
    ids = [come(cast) for _ in range(20)]
    for number in range(50):
        for id in ids:
            process.watch.hear({"company_id": cast.acme.id, "visitor_id": id})
        move(ids[0], f"https://shop.example/{number}")

    process.watch.tell()

    [changes] = adam.named("visitors_changed")
    assert {visitor["id"] for visitor in changes["here"]} == set(ids)
    assert next(visitor for visitor in changes["here"] if visitor["id"] == ids[0])["page"]["url"] == "https://shop.example/49"
    assert changes["moved"] == changes["gone"] == []
    assert changes["version"] == 1


def test_another_page_alone_is_a_move(cast, process, bus):
    adam = process.connect(cast.acme, cast.adam.id)
    process.turn()
    visitor_id = come(cast)
    process.watch.tell()

    move(visitor_id, "https://shop.example/cart")
    process.watch.tell()

    changes = adam.named("visitors_changed")[-1]
    assert changes["here"] == changes["gone"] == []
    assert [(one["visitor_id"], one["page"]["url"]) for one in changes["moved"]] == [(visitor_id, "https://shop.example/cart")]


def test_nothing_new_is_no_frame(cast, process, bus):
    adam = process.connect(cast.acme, cast.adam.id)
    visitor_id = come(cast)
    process.turn()
    frames = len(adam.heard)

    process.watch.hear({"company_id": cast.acme.id, "visitor_id": visitor_id})
    process.turn()

    assert len(adam.heard) == frames


def test_what_is_shown_of_a_visitor(cast, process, bus):
    adam = process.connect(cast.acme, cast.adam.id)
    process.turn()
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36"
    visitor_id = come(
        cast, ip="127.0.0.1", user_agent=agent, referrer="https://www.baidu.com/s?wd=%E8%8C%B6", zone="Asia/Shanghai",
        screen="1440x900@2", language="zh-CN",
    )  # fmt: skip
    process.watch.tell()

    [visitor] = adam.named("visitors_changed")[-1]["here"]
    page = visitor.pop("page")
    assert visitor.pop("began_at")
    assert visitor.pop("visit_id")
    assert visitor.pop("site_id") == cast.site.id
    assert page["url"] == "https://shop.example/"
    assert visitor == {
        "id": visitor_id, "number": visitor_id, "name": "", "verified": False, "ip": "127.0.0.1", "device": "Chrome · Windows",
        "language": "zh-CN", "referrer": "https://www.baidu.com/s?wd=%E8%8C%B6", "referrer_domain": "www.baidu.com",
        "search": {"engine": "Baidu", "words": "茶"}, "visits_count": 1, "location": "", "zone": "Asia/Shanghai",
        "screen": "1440×900@2", "conversation": None, "invitation": None,
    }  # fmt: skip


def test_his_conversation_changes_live(cast, process, bus):
    adam = process.connect(cast.acme, cast.adam.id)
    process.turn()
    visitor_id = come(cast)
    with transaction():
        visitor = db.session.get_one(Visitor, visitor_id)
        conversation = Conversation.open_for(visitor, cast.site, Visit.last_of(visitor))
    process.watch.tell()
    with transaction():
        cast.acme.take_seat(cast.nina)
        conversation.accept(by=cast.nina)
    process.watch.tell()
    with transaction():
        conversation.close(by=cast.nina)
    process.watch.tell()

    seen = [visitor["conversation"] for changes in adam.named("visitors_changed") for visitor in changes["here"]]
    nina = {"id": cast.nina.id, "name": "Nina"}
    assert seen == [
        {"id": conversation.id, "state": "waiting", "member": None},
        {"id": conversation.id, "state": "open", "member": nina},
        None,
    ]


def test_versions_have_no_holes_and_the_list_is_true_at_the_end(app, cast, process, bus):
    """Visitors come, move and leave from several threads while the list is told."""
    adam = process.connect(cast.acme, cast.adam.id)
    process.turn()
    client = Client(process.watch.shown(cast.acme, "en"))
    adam.heard.clear()
    company, site_key, kept = cast.acme, cast.site.key, []

    def bustle(first: int) -> None:
        with app.app_context():
            for number in range(first, first + 15):
                key = str(uuid.uuid4())
                arrival = {"site_key": site_key, "visitor_key": key}
                arrived = arrive(company, Arrival(**arrival, is_new=True, url=f"https://shop.example/{number}"))
                keep_visitors(company.id, [arrived.visitor_id])
                arrive(company, Arrival(**arrival, url=f"https://shop.example/{number}/more"))
                if number % 3:
                    kept.append(arrived.visitor_id)
                else:
                    lose_visitor(company.id, arrived.visitor_id)

    threads = [threading.Thread(target=bustle, args=(first,)) for first in (100, 200, 300)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        process.watch.tell()
    for thread in threads:
        thread.join()
    for _ in range(MISSING_LOOKS):
        process.turn()

    for changes in adam.named("visitors_changed"):
        client.hear(changes)
    shown, version = process.watch.shown(company, "en")
    assert client.holes == 0
    assert client.version == version
    assert client.visitors == {visitor["id"]: visitor for visitor in shown}
    assert client.visitors.keys() == set(kept)
    assert all(visitor["page"]["url"].endswith("/more") for visitor in shown)


def test_two_processes_show_the_same(cast, process, bus):
    other = bus.processes[1]
    adam, nina = process.connect(cast.acme, cast.adam.id), other.connect(cast.acme, cast.nina.id)
    process.turn(), other.turn()
    clients = {line: Client(one.watch.shown(cast.acme, "en")) for line, one in ((adam, process), (nina, other))}
    adam.heard.clear(), nina.heard.clear()
    ids = [come(cast) for _ in range(6)]
    process.watch.tell()
    for id in ids[:3]:
        move(id, "https://shop.example/cart")
    lose_visitor(cast.acme.id, ids[5])
    other.watch.tell()
    for _ in range(MISSING_LOOKS):
        process.turn(), other.turn()

    for line, client in clients.items():
        for changes in line.named("visitors_changed"):
            client.hear(changes)
    assert clients[adam].visitors == clients[nina].visitors
    assert clients[adam].visitors.keys() == set(ids[:5])


def test_a_hint_that_was_lost_is_made_good_by_the_look(cast, process, bus):
    other = bus.processes[1]
    nina = other.connect(cast.acme, cast.nina.id)
    other.turn()
    bus.processes = (process,)
    visitor_id = come(cast)

    other.turn()

    assert [visitor["id"] for visitor in nina.named("visitors_changed")[-1]["here"]] == [visitor_id]


def test_who_is_not_here_is_no_news(cast, process, bus):
    with transaction():
        stranger = Visitor.recognise(None, cast.site)
        Visit.of(stranger, cast.site)
    adam = process.connect(cast.acme, cast.adam.id)
    process.turn()
    process.watch.hear({"company_id": cast.acme.id, "visitor_id": stranger.id})

    process.watch.tell()

    assert not adam.heard


def test_who_was_erased_is_gone(cast, process, bus):
    adam = process.connect(cast.acme, cast.adam.id)
    process.turn()
    visitor_id = come(cast)
    process.watch.tell()

    with transaction():
        db.session.delete(db.session.get_one(Visitor, visitor_id))
    process.watch.hear({"company_id": cast.acme.id, "visitor_id": visitor_id})
    process.watch.tell()

    assert adam.named("visitors_changed")[-1]["gone"] == [visitor_id]


def test_outsiders_get_nothing(cast, process, bus):
    adam, eve = process.connect(cast.acme, cast.adam.id), process.connect(cast.globex, cast.eve.id)
    newcomer = process.connect(cast.acme, cast.nina.id, sees_all=False)
    process.turn()
    come(cast)
    process.watch.tell()

    assert adam.named("visitors_changed")
    assert not eve.heard
    assert not newcomer.heard
    assert process.watch.shown(cast.globex, "en")[0] == []


def test_who_does_not_see_the_site_hears_of_whom_he_talks_to(cast, process, bus):
    newcomer, other = (process.connect(cast.acme, member.id, sees_all=False) for member in (cast.adam, cast.nina))
    process.turn()
    visitor_id = come(cast, key=cast.visitor.key)
    with transaction():
        cast.acme.take_seat(cast.adam)
        db.session.get_one(Conversation, cast.question.id).accept(by=cast.adam)
    process.watch.tell()
    other.heard.clear()

    move(visitor_id, "https://shop.example/kettles")
    process.watch.tell()
    lose_visitor(cast.acme.id, visitor_id)
    for _ in range(MISSING_LOOKS):
        process.turn()

    assert [data["visitor"]["id"] for data in newcomer.named("visitor_arrived")] == [visitor_id]
    assert [data["page"]["url"] for data in newcomer.named("visitor_moved")] == ["https://shop.example/kettles"]
    assert newcomer.named("visitor_left") == [{"visitor_id": visitor_id}]
    assert not newcomer.named("visitors_changed")
    assert not other.heard


def test_each_reads_the_place_in_his_own_language(cast, process, bus, app, monkeypatch):
    class Somewhere:
        def name_in(self, language: str) -> str:
            return {"en": "China, Guangdong", "zh_Hans": "广东"}[language]

    monkeypatch.setattr("chat.visitors.present.place_of", lambda ip: Somewhere())
    adam, nina = process.connect(cast.acme, cast.adam.id), process.connect(cast.acme, cast.nina.id, language="zh_Hans")
    process.turn()
    come(cast, ip="203.0.113.9")
    process.watch.tell()

    assert [line.named("visitors_changed")[-1]["here"][0]["location"] for line in (adam, nina)] == ["China, Guangdong", "广东"]


def test_the_first_list_is_complete_before_any_round(cast, process, bus):
    visitor_id = come(cast)

    visitors, version = visitors_shown(cast.acme)

    assert [visitor["id"] for visitor in visitors] == [visitor_id]
    assert version == 1


def test_a_database_that_does_not_answer_loses_no_change(cast, process, bus, monkeypatch):
    adam = process.connect(cast.acme, cast.adam.id)
    process.turn()
    visitor_id = come(cast)
    with monkeypatch.context() as away:
        away.setattr("console.visitor_watch.ask", lambda *_: {})
        process.watch.tell()
    assert not [changes for changes in adam.named("visitors_changed") if changes["here"]]

    process.watch.tell()

    assert [visitor["id"] for visitor in adam.named("visitors_changed")[-1]["here"]] == [visitor_id]


def test_a_process_without_sockets_reads_the_list_itself(cast, app):
    assert "visitor_watch" not in app.extensions
    visitor_id = come(cast)

    visitors, version = visitors_shown(cast.acme)

    assert ([visitor["id"] for visitor in visitors], version) == ([visitor_id], 0)
    with cast.globex.entered():
        assert visitors_shown(cast.globex) == ([], 0)
        assert Site.all()
