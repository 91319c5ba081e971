"""Documents are numbered without gaps, say for ever what they said, and can be read in Chinese."""

import hashlib
import io
import zlib
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from fontTools.ttLib import TTFont

from billing.accounts import BillingAccount
from billing.documents import Document, DocumentCounter, document_of, documents_of
from billing.orders import place_order
from core.db import db, transaction
from core.errors import NotFound
from tenants.companies.company import Company


def numbers(kind: str) -> list[int]:
    return list(db.session.scalars(sa.select(Document.number).where(Document.kind == kind).order_by(Document.number)))


def test_40_twenty_at_once_leave_no_gap(cast, acme, together):
    def pay(index: int) -> None:
        order = place_order(db.session.get_one(Company, acme.id), {"sms:100": 1}, "CNY")
        order.fulfil(f"pi_{index}")
        if index % 4 == 0:
            raise ZeroDivisionError("after the number was drawn")

    answers = together(20, pay)

    assert sum(isinstance(answer, ZeroDivisionError) for answer in answers) == 5
    assert numbers("receipt") == list(range(1, 16))


def test_40_each_year_and_kind_counts_for_itself(acme, buy):
    order = buy(acme, {"sms:100": 1})
    with transaction():
        order.reverse("re_1")
    with time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC)):
        buy(acme, {"sms:100": 1}, payment="pi_2")

    assert [document.name for document in documents_of(acme)] == [
        "R-2031-000001", f"CN-{order.paid_at.year}-000001", f"R-{order.paid_at.year}-000001",
    ]  # fmt: skip


def test_a_number_that_is_rolled_back_is_given_again(context):
    with pytest.raises(ZeroDivisionError), transaction():
        DocumentCounter.next("invoice", 2026)
        raise ZeroDivisionError

    with transaction():
        assert DocumentCounter.next("invoice", 2026) == 1


def test_says_what_it_said_whatever_changes_later(acme, buy):
    with transaction():
        BillingAccount.of(acme).describe("蓝海贸易有限公司", "上海市\n南京路 1 号", "9131 0000", "pay@acme.example")
    buy(acme, {"sms:100": 2})
    with transaction():
        BillingAccount.of(acme).describe("Other", "Elsewhere", "1", "")

    [document] = documents_of(acme)

    assert (document.kind, document.total) == ("invoice", 20_00)
    assert document.buyer["name"] == "蓝海贸易有限公司"
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), transaction():
        db.session.execute(sa.update(Document).values(total=0))


def test_a_credit_note_names_what_it_corrects(acme, buy):
    order = buy(acme, {"sms:100": 2})
    with transaction():
        order.reverse("re_1", 5_00)

    note, receipt = documents_of(acme)

    assert (note.kind, note.total, note.corrects) == ("credit_note", -5_00, receipt)


def test_the_file_has_its_own_font_and_stays_the_same(acme, buy):
    with transaction():
        acme.language = "zh_Hans"
        BillingAccount.of(acme).describe("蓝海贸易有限公司 臺灣", "", "", "")
    buy(acme, {"feature:custom_logo": 1})
    [document] = documents_of(acme)

    with transaction():
        first = document.as_pdf()
    with transaction():
        again = document.as_pdf()

    assert first == again
    assert document.pdf_sha256 == hashlib.sha256(first).hexdigest()
    letters = set(embedded_font(first).getBestCmap())
    assert {ord(letter) for letter in "蓝海贸易有限公司臺灣"} <= letters
    assert len(first) < 60_000


def embedded_font(pdf: bytes) -> TTFont:
    """The font in a file; it must have come along, because a reader may have none for Chinese."""
    for part in pdf.split(b"stream\n")[1:]:
        data = part.partition(b"\nendstream")[0]
        with suppress(zlib.error):
            data = zlib.decompress(data)
        if data[:4] in (b"\x00\x01\x00\x00", b"true"):
            return TTFont(io.BytesIO(data))
    raise AssertionError("no font is embedded")


def test_another_companys_document_is_not_found(cast, acme, buy):
    buy(acme, {"sms:100": 1})
    [document] = documents_of(acme)

    with pytest.raises(NotFound):
        document_of(cast.globex, document.id)
