"""A second person decides: once, about what was shown, and never about what he asked for himself."""

import pytest
import sqlalchemy as sa
from books import faults
from correcting import WHY, effect, hidden
from letters import caught_for
from stripe_fixtures import in_parallel

from billing.effects import changes
from billing.notices import tell_payers
from billing.operator_actions import OperatorAction
from core.db import db, transaction
from core.jobs import run_due
from operators.audit import OperatorEntry

PAGE = "/operator/corrections"


@pytest.fixture
def waiting(cast, finance, wallet, correct) -> int:
    """5,000 yuan for Acme's wallet wait for a second person."""
    form = correct(finance, "adjust_wallet", direction="in", amount="5,000")
    assert "a second person must agree" in form.look().text
    assert "waits for a second person" in form.agree().text
    db.session.rollback()
    return OperatorAction.of(cast.acme)[0].id


def approval(browser, id: int, because: str = "Seen the contract."):
    """To be called once: what a click on "Approve" sends, of a page that was opened now."""
    shown = hidden(browser.get(f"{PAGE}/{id}"), "shown")
    return lambda: browser.post(f"{PAGE}/{id}/approval", data={"shown": shown, "because": because}).status_code


def refusal(browser, id: int):
    return lambda: browser.post(f"{PAGE}/{id}/refusal", data={"because": "No contract."}).status_code


def reread(id: int) -> OperatorAction:
    db.session.rollback()
    return db.session.get_one(OperatorAction, id, populate_existing=True)


def noted(action: str) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(OperatorEntry.action == action))


def test_nothing_happens_before_and_all_that_was_shown_after(cast, wallet, colleague, waiting):
    assert wallet.balance == 1000_00
    shown = effect(colleague.get(f"{PAGE}/{waiting}"))

    assert approval(colleague, waiting)() == 302

    action = reread(waiting)
    assert shown == {"Wallet": ("CN¥1,000.00", "CN¥6,000.00")}
    assert [tuple(change) for change in changes(action.before, action.after)] == [("Wallet", *shown["Wallet"])]
    assert (action.decided_by, action.decided_because, wallet.balance) == ("boss@laike.example", "Seen the contract.", 6000_00)
    assert noted("money.approved") == 1


def test_who_asked_decides_neither_here_nor_in_another_tab(cast, finance, wallet, waiting):
    assert "somebody else decides" in finance.get(f"{PAGE}/{waiting}").text

    shown = {"shown": "whatever", "because": "me"}
    answers = [finance.post(f"{PAGE}/{waiting}/{what}", data=shown).status_code for what in ("approval", "refusal")]

    assert answers == [409, 409]
    assert reread(waiting).is_waiting


def test_of_all_who_decide_at_once_one_does(cast, app, portal, colleague, wallet, waiting):
    """Two approve, one of them with a double click, and one declines."""
    other, third = portal("owner", "chief"), portal("finance", "clerk")
    twice = approval(colleague, waiting)

    answers = in_parallel([twice, twice, approval(other, waiting), refusal(third, waiting)])

    action = reread(waiting)
    assert sorted(answers) == [302, 409, 409, 409]
    assert wallet.balance == (6000_00 if action.status == "done" else 1000_00)
    assert noted("money.approved") + noted("money.declined") == 1
    assert faults() == {}


def test_what_became_different_meanwhile_is_shown_anew(cast, colleague, wallet, waiting):
    approve = approval(colleague, waiting)
    with transaction():
        wallet.spend(400_00, "revenue", "meanwhile", "wallet_purchase")

    assert approve() == 409
    assert reread(waiting).is_waiting
    assert approval(colleague, waiting)() == 302


def test_what_cannot_be_done_any_more_is_said(cast, finance, colleague, bought, correct):
    """Both want all of the order back; the first that is done leaves nothing for the second."""
    db.session.rollback()
    with transaction():
        bought.reverse("by hand", 200_00)
    form = correct(finance, "refund", order_no=bought.order_no, how="whole")
    form.look(), form.agree()

    again = correct(finance, "refund", order_no=bought.order_no, how="part", amount="1").look()

    assert "At most CN¥0.00" in again.text


def test_declining_wants_a_reason_which_the_asker_reads(cast, finance, colleague, wallet, waiting):
    empty = colleague.post(f"{PAGE}/{waiting}/refusal", data={"because": " "})
    assert (empty.status_code, reread(waiting).is_waiting) == (422, True)

    assert refusal(colleague, waiting)() == 302

    assert "No contract." in finance.get(f"{PAGE}/{waiting}").text
    assert wallet.balance == 1000_00


@pytest.mark.parametrize(("role", "status"), [("support", 403), ("operations", 403)])
def test_who_may_not_approve_cannot(cast, portal, waiting, role, status):
    browser = portal(role)

    assert browser.post(f"{PAGE}/{waiting}/approval", data={"shown": "x"}).status_code == status
    assert reread(waiting).is_waiting


def test_the_administrators_are_told_once_and_only_what_is_theirs_to_know(cast, colleague, wallet, waiting):
    tell_payers(cast.acme.id), run_due()
    assert not [mail for mail in caught_for("olga@acme.example") if "changed by us" in mail["Subject"]]

    approval(colleague, waiting)()
    for _time in range(2):
        tell_payers(cast.acme.id)
        run_due(), run_due()

    [mail] = [mail for mail in caught_for("olga@acme.example") if "changed by us" in mail["Subject"]]
    text = mail.get_content()
    assert "- Wallet: CN¥1,000.00 → CN¥6,000.00" in text
    assert WHY["told"] in text
    assert not {WHY["reason"], "Seen the contract.", "@laike.example"} & {*text.splitlines()}
    assert WHY["reason"] not in text


def test_the_list_is_filtered_and_its_file_holds_what_it_shows(cast, finance, colleague, wallet, correct, waiting):
    form = correct(finance, "adjust_sms", direction="in", credits=5)
    form.look(), form.agree()

    for query, shown in (
        ("status=waiting", ["Wallet adjustment"]),
        ("action=adjust_sms", ["SMS correction"]),
        ("operator=finance@laike.example", ["SMS correction", "Wallet adjustment"]),
        ("operator=boss@laike.example", []),
        ("company=globex", []),
        ("company=acme&since=2000-01-01&until=2001-01-01", []),
    ):
        page, file = finance.get(f"{PAGE}?{query}").text, finance.get(f"{PAGE}/corrections.csv?{query}").text
        assert [title for title in ("SMS correction", "Wallet adjustment") if f'">{title}</a>' in page] == shown, query
        assert len(file.strip().splitlines()) == 1 + len(shown), query
    assert noted("money.exported") == 6
