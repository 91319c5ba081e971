import pytest
from werkzeug.datastructures import MultiDict

from chat.offline_forms import OWN_AT_MOST, Field, OfflineForm
from chat.offline_messages import OfflineMessage
from core.db import transaction
from core.errors import Invalid
from tenants.settings import Settings

ORDER = Field("own1", "Order number", is_required=True)
EMAIL, PHONE, COMPANY = Field("email", kind="email"), Field("phone", kind="phone"), Field("company")


def faults_of(form: OfflineForm, **answers) -> dict:
    with pytest.raises(Invalid) as refusal:
        form.filled_in(answers)
    return refusal.value.fields


def test_asks_the_usual_until_the_company_says_otherwise(cast):
    assert [field.key for field in OfflineForm.current().fields] == ["name", "email", "phone"]


def test_keeps_what_the_company_chose(cast):
    with transaction():
        OfflineForm([PHONE, ORDER], "We are back at nine.").save()

    assert OfflineForm.current().as_dict() == {
        "intro": "We are back at nine.",
        "fields": [
            {"key": "phone", "label": "", "kind": "phone", "is_required": False},
            {"key": "own1", "label": "Order number", "kind": "line", "is_required": True},
        ],
    }


def test_a_form_without_any_field_is_one_too(cast):
    with transaction():
        OfflineForm([]).save()

    assert OfflineForm.current().fields == []
    assert OfflineForm.current().filled_in({}) == {}


def test_a_question_needs_words(cast):
    with pytest.raises(Invalid) as refusal:
        OfflineForm([Field("own1")]).save()

    assert "label-own1" in refusal.value.fields


@pytest.mark.parametrize(
    ("fields", "answers", "faulty"),
    [
        ([EMAIL, PHONE], {}, {"email"}),
        ([PHONE], {}, {"phone"}),
        ([EMAIL, PHONE], {"email": "nonsense"}, {"email"}),
        ([ORDER, EMAIL], {"email": "a@b.example"}, {"own1"}),
        ([ORDER, EMAIL], {"email": "a@b.example", "own1": " \n "}, {"own1"}),
        ([ORDER, EMAIL], {"email": ["a@b.example"], "own1": 7}, {"own1", "email"}),
        ([Field("phone", kind="phone", is_required=True), EMAIL], {"email": "a@b.example"}, {"phone"}),
    ],
)
def test_says_which_field_is_faulty(cast, fields, answers, faulty):
    assert set(faults_of(OfflineForm(fields), **answers)) == faulty


def test_who_asks_for_no_address_gets_none(cast):
    assert OfflineForm([ORDER]).filled_in({"own1": "17", "email": "a@b.example", "own9": "x"}) == {"own1": "17"}


def test_answers_are_made_fit_to_keep(cast):
    form = OfflineForm([ORDER, Field("own2", "What happened", "paragraph")])

    assert form.filled_in({"own1": "1\n2\x00" + "x" * 900, "own2": "a\r\nb"}) == {"own1": "1 2" + "x" * 197, "own2": "a\nb"}


def test_what_has_no_place_of_its_own_is_told_with_its_question(cast):
    with transaction():
        OfflineForm([EMAIL, COMPANY, ORDER, Field("own2", "Colour")]).save()
        message = OfflineMessage.leave(
            cast.visitor,
            cast.site,
            client_id="6f7c8a0e-1111-4222-8333-444455556666",
            text="Where is it?",
            answers={"email": "a@b.example", "company": "Li & Co", "own1": "A-17"},
        )

    assert message.as_dict()["answers"] == [
        {"label": "Company", "value": "Li & Co"},
        {"label": "Order number", "value": "A-17"},
    ]
    assert cast.visitor.company == "Li & Co"


def test_grows_shrinks_and_moves():
    form = OfflineForm([EMAIL]).with_own().with_known("phone").moved("phone", -1).without("email")

    assert [field.key for field in form.fields] == ["phone", "own1"]
    assert [field.key for field in form.moved("phone", -1).moved("own1", 1).moved("nobody", 1).fields] == ["phone", "own1"]
    assert form.with_known("phone").fields == form.fields


def test_has_room_for_so_many_questions():
    form = OfflineForm([])
    for _ in range(OWN_AT_MOST + 3):
        form = form.with_own()

    assert len(form.fields) == OWN_AT_MOST
    assert not form.has_room


def test_reads_what_was_typed_and_drops_what_is_none_of_ours():
    rows = [
        ("email", "Your address?", "paragraph"),
        ("own2", " Order  number ", "line"),
        ("own2", "again", "line"),
        ("own3", "Story", "script"),
        ("__class__", "x", "line"),
        ("owner", "x", "line"),
    ]
    typed = MultiDict(
        [pair for key, label, kind in rows for pair in (("key", key), ("label", label), ("kind", kind))]
        + [("required", "own2"), ("required", "nobody"), ("offline_intro", "Hello\r\nthere")]
    )

    form = OfflineForm.typed(typed)

    assert form.fields == [EMAIL, Field("own2", "again", is_required=True), Field("own3", "Story")]
    assert form.intro == "Hello\nthere"


def test_never_more_questions_than_there_is_room_for():
    typed = MultiDict([("key", f"own{n}") for n in range(1, 30)] + [("label", "x")] * 29 + [("kind", "line")] * 29)

    assert len(OfflineForm.typed(typed).fields) == OWN_AT_MOST


def test_the_settings_row_says_nothing_of_the_usual_form(cast):
    assert Settings.current().offline_fields is None
