import json
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import count
from parallel import in_parallel

from chat.automatic.messages import AutomaticMessage
from chat.conversations.assignment import Assignment
from chat.conversations.conversations import Conversation
from chat.conversations.files import File
from chat.conversations.integrity import Gap
from chat.conversations.messages import Message
from chat.conversations.said import Said
from chat.invitations.invitations import Invitation
from chat.offline.messages import OfflineMessage
from chat.offline.replies import OfflineReply
from chat.privacy import ErasingIsOff, PrivacyChanged, VisitorErased, data_of, erase, set_privacy
from chat.visitors.told import Consent
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core import events
from core.clock import now
from core.db import TenantModel, db, transaction
from core.jobs import OutboxRow, run_due
from tenants.audit.audit import AuditEntry
from tenants.companies.settings import Settings

SECRET = "SECRET of a visitor"
# A file is a conversation's or a talk's: what colleagues say to each other never refers to a visitor's.
OF_COLLEAGUES = {"talk_message"}


def leave_traces(visitor: Visitor, cast) -> Conversation:
    """One of everything there can be of a visitor, with SECRET in every text."""
    visitor.name = visitor.email = visitor.phone = visitor.company = visitor.note = SECRET
    visitor.sub = f"{SECRET} {visitor.id}"
    visit = Visit.of(visitor, cast.site, ip="203.0.113.7", user_agent=SECRET, referrer=SECRET)
    visit.view(f"https://shop.example/{SECRET}", SECRET)
    conversation = Conversation.open_for(visitor, cast.site, visit)
    db.session.add(
        Assignment(
            conversation_id=conversation.id, member_id=cast.adam.id, rule="hand", queued_at=now(), candidates=[], exclusions={}
        )
    )
    file = File.keep(SECRET.encode(), f"{SECRET}.txt", conversation)
    message = Message(conversation_id=conversation.id, seq=1, client_id=uuid.uuid4(), author_kind="visitor", author_id=visitor.id,
                      author_name=SECRET, body=SECRET, file_id=file.id)  # fmt: skip
    db.session.add(message)
    conversation.last_seq = 1
    db.session.flush()
    Said.remember(conversation.id)
    Gap.report(conversation, "visitor", after=0, before=2)
    conversation.rate(1, SECRET)
    offline = OfflineMessage.leave(visitor, cast.site, uuid.uuid4(), SECRET, {"name": SECRET, "email": "secret@mail.example"})
    visitor.answers = [{"label": SECRET, "value": SECRET, "at": now().isoformat()}]
    db.session.add_all(
        [
            OfflineReply(offline_message=offline, mail_id=f"<{SECRET}>", sender=SECRET, text=SECRET),
            Consent(visitor_id=visitor.id, site_id=cast.site.id, wording=SECRET, page_url=SECRET),
            AutomaticMessage(conversation_id=conversation.id, kind="greeting", stretch=cast.adam.id, count=1),
        ]
    )
    box = Invitation(visitor_id=visitor.id, visit_id=visit.id, site_id=cast.site.id, by_id=cast.adam.id, manner="ask",
                     is_offline=False, title=SECRET, text=SECRET, picture="", expires_at=now(), ended_at=now(),
                     ended_because="accepted", conversation_id=conversation.id)  # fmt: skip
    db.session.add(box)
    db.session.flush()
    return conversation


@pytest.fixture
def traces(cast):
    with transaction():
        visitor = Visitor.recognise(None, cast.site)
        leave_traces(visitor, cast)
    return visitor


def hanging_on_visitors() -> set[str]:
    """Every table from which a chain of foreign keys leads to a visitor, whoever added it."""
    tables, found = TenantModel.metadata.tables, {"visitor"}
    while more := {name for name, table in tables.items() if name not in found | OF_COLLEAGUES and _refers(table, found)}:
        found |= more
    return found


def _refers(table: sa.Table, to: set[str]) -> bool:
    return any(key.column.table.name in to for key in table.foreign_keys)


def test_everything_there_is_to_erase_has_a_trace_in_this_test(cast, traces):
    """A table that is added later must be added to `leave_traces`, or this fails."""
    for table in hanging_on_visitors():
        rows = db.session.scalar(sa.select(sa.func.count()).select_from(TenantModel.metadata.tables[table]))
        assert rows, f"{table} refers to visitors: leave a trace of it in this test, to see it erased"


def test_nothing_is_left_of_who_erases_himself(app, cast, traces):
    tables = hanging_on_visitors()
    number, folder = traces.id, File.keyed(db.session.scalar(sa.select(File.key))).path.parent
    before = {table: ids_in(table) for table in tables}
    with transaction():
        neighbour = Visitor.recognise(None, cast.site)
        leave_traces(neighbour, cast)
    kept = {table: ids_in(table) - before[table] for table in tables}

    with transaction():
        erase(db.session.get_one(Visitor, number))
    run_due()

    assert not db.session.get(Visitor, number)
    for table in tables:
        assert kept[table] <= ids_in(table), f"{table}: somebody else's rows are gone"
    with transaction():
        erase(db.session.get_one(Visitor, neighbour.id))
    run_due()
    assert SECRET not in everything_stored(cast)
    assert list(folder.iterdir()) == []


def ids_in(table: str) -> set:
    columns = list(TenantModel.metadata.tables[table].primary_key.columns)
    return {tuple(row) for row in db.session.execute(sa.select(*columns))}


def everything_stored(cast) -> str:
    """All rows of all tables of the company, as text."""
    rows = []
    for table in TenantModel.metadata.tables.values():
        rows += [str(tuple(row)) for row in db.session.execute(sa.select(table))]
    return "\n".join(rows)


def test_the_bytes_go_even_if_the_first_try_fails(app, cast, traces, monkeypatch):
    path = File.keyed(db.session.scalar(sa.select(File.key))).path
    with transaction():
        erase(traces)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_, **__: 1 / 0)
        run_due()
    assert path.exists()

    with transaction():
        db.session.execute(sa.update(OutboxRow).where(OutboxRow.done_at.is_(None)).values(due_at=now()))
    run_due()

    assert not path.exists()


def test_the_audit_log_says_that_somebody_was_erased_and_not_who(cast, traces):
    with transaction():
        erase(traces)

    entry = AuditEntry.before(None, "visitor.erased")[0]
    assert (entry.subject, entry.details, entry.ip, entry.member) == (f"visitor:{traces.id}", {}, "", None)


def test_a_company_may_keep_what_it_has(cast, traces):
    with transaction():
        Settings.current().visitors_may_erase = False

    with pytest.raises(ErasingIsOff):
        erase(traces)
    assert db.session.get(Visitor, traces.id)


def test_erasing_twice_at_once_is_erasing_once(app, cast, traces):
    number = traces.id
    loaded = db.session.get_one(Visitor, number)

    outcomes = in_parallel(app, cast.acme, [lambda: erase(loaded)] * 4)

    assert outcomes == [None] * 4
    assert len(AuditEntry.before(None, "visitor.erased")) == 1


def test_what_is_uploaded_meanwhile_goes_too(app, cast, traces):
    """Whichever comes first: no bytes without a row, and no row of who is gone."""
    number, conversation = traces.id, Conversation.of_visitor(traces).id

    def upload():
        return File.keep(b"more", "more.txt", db.session.get_one(Conversation, conversation))

    in_parallel(app, cast.acme, [upload, upload, lambda: erase(db.session.get_one(Visitor, number)), upload])
    run_due()
    cast.refresh()

    assert count(File) == 0
    assert list((Path(app.config["FILES_DIR"]) / cast.acme.place.schema).glob("*")) == []


def test_a_visitor_gets_all_that_is_stored_about_him(cast, traces):
    stored = data_of(traces)

    assert stored["profile"]["note"] == SECRET
    assert stored["visits"][0]["pages"][0]["title"] == SECRET
    conversation = stored["conversations"][0]
    assert conversation["messages"][0] | {"at": ""} == {"at": "", "by": "you", "text": SECRET, "file": f"{SECRET}.txt"}
    assert conversation["rating"]["comment"] == SECRET
    assert conversation["files"][0]["address"].startswith("http://localhost:8000/files/")
    assert stored["invitations"][0] | {"at": ""} == {
        "at": "",
        "agent": "Adam",
        "title": SECRET,
        "text": SECRET,
        "answer": "accepted",
    }
    assert stored["offline_messages"][0]["email"] == "secret@mail.example"
    assert stored["offline_messages"][0]["mails"][0]["text"] == SECRET
    assert stored["profile"]["answers"][0]["value"] == SECRET
    assert stored["consents"]["shows_typing"] is None
    assert stored["consents"]["agreed"][0]["text"] == SECRET
    json.dumps(stored)


def test_and_nothing_of_anybody_else(cast, traces):
    stranger = Visitor.recognise(None, cast.site)

    assert SECRET not in json.dumps(data_of(stranger))


def test_what_he_consents_to_is_remembered_and_told(cast, monkeypatch):
    told = []
    monkeypatch.setattr(events, "_reactions", {PrivacyChanged: [told.append], VisitorErased: [told.append]})
    with transaction():
        set_privacy(cast.visitor, False)
    cast.refresh()

    assert cast.visitor.shows_typing is False
    assert told == [PrivacyChanged(cast.acme.id, cast.visitor.id, False)]


@pytest.mark.parametrize(
    ("said", "needs_consent", "shown"),
    [(None, True, False), (None, False, True), (False, False, False), (False, True, False), (True, True, True)],
)
def test_who_has_not_said_is_asked_or_not_as_the_company_likes(cast, said, needs_consent, shown):
    cast.visitor.shows_typing = said

    assert cast.visitor.may_be_previewed(needs_consent) is shown


def test_what_is_erased_is_known_by_no_token(cast, traces):
    token = traces.token(cast.site)
    with transaction():
        erase(traces)

    assert Visitor.of_token(token, cast.site) is None
    assert Visitor.recognise(token, cast.site).id != traces.id


def test_finds_what_hangs_on_visitors():
    assert {"visit", "page_view", "conversation", "message", "file", "offline_message"} <= hanging_on_visitors()
    assert not {"site", "member", "audit_entry"} & hanging_on_visitors()
