import pytest
from werkzeug.datastructures import MultiDict

from chat.registration.form_builder import OWN_AT_MOST, FormBuilder
from chat.styles.form_fields import Field

EMAIL = Field("email", kind="email")


def typed(*rows: tuple[str, str, str], required: tuple[str, ...] = (), **more) -> MultiDict:
    """As a browser sends the builder's form: parallel lists."""
    pairs = []
    for key, label, kind in rows:
        row = {"key": key, "label": label, "kind": kind, "options": more.get("options", ""), "url": more.get("url", "")}
        pairs += row.items()
    return MultiDict(pairs + [("required", key) for key in required])


def keys(builder: FormBuilder) -> list[str]:
    return [field.key for field in builder.fields]


def test_grows_shrinks_and_moves():
    builder = FormBuilder((EMAIL,)).with_own().with_known("phone").moved("phone", -1).without("email")

    assert keys(builder) == ["phone", "own1"]
    assert keys(builder.moved("phone", -1).moved("own1", 1).moved("nobody", 1)) == ["phone", "own1"]
    assert builder.with_known("phone").fields == builder.fields


@pytest.mark.parametrize(
    ("step", "then"),
    [
        ({"add": "phone"}, ["email", "own1", "phone"]),
        ({"add": "choice"}, ["email", "own1", "own2"]),
        ({"remove": "email"}, ["own1"]),
        ({"up": "own1"}, ["own1", "email"]),
        ({"down": "email"}, ["own1", "email"]),
        ({}, ["email", "own1"]),
    ],
)
def test_goes_step_by_step_as_the_button_says(step, then):
    builder = FormBuilder((EMAIL, Field("own1", "Order number")))

    assert keys(builder.step(MultiDict(step))) == then


def test_an_own_question_is_of_the_kind_asked_for():
    assert FormBuilder().with_own("consent").fields == (Field("own1", kind="consent"),)
    assert FormBuilder().with_own("script").fields == (Field("own1"),)


def test_has_room_for_so_many_questions():
    builder = FormBuilder()
    for _ in range(OWN_AT_MOST + 3):
        builder = builder.with_own()

    assert len(builder.fields) == OWN_AT_MOST
    assert not builder.has_room


def test_reads_what_was_typed_and_drops_what_is_none_of_ours():
    rows = [
        ("email", "Your address?", "paragraph"),
        ("own2", " Order  number ", "line"),
        ("own2", "again", "line"),
        ("own3", "Story", "script"),
        ("__class__", "x", "line"),
        ("owner", "x", "line"),
    ]

    builder = FormBuilder.typed(typed(*rows, required=("own2", "nobody")))

    assert builder.fields == (EMAIL, Field("own2", "again", is_required=True), Field("own3", "Story"))


def test_choices_are_lines_and_links_are_for_consents_only():
    [choice] = FormBuilder.typed(typed(("own1", "Size", "choice"), options=" S \n\nM\nS\n", url="x.example")).fields
    [consent] = FormBuilder.typed(typed(("own1", "I agree", "consent"), options="a\nb", url="x.example/privacy")).fields

    assert (choice.options, choice.url) == (("S", "M"), "")
    assert (consent.options, consent.url) == ((), "https://x.example/privacy")


def test_never_more_questions_than_there_is_room_for():
    many = typed(*((f"own{number}", "x", "line") for number in range(1, 30)))

    assert len(FormBuilder.typed(many).fields) == OWN_AT_MOST
