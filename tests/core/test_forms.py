import pytest
from werkzeug.datastructures import MultiDict

from core.errors import Invalid, NotAllowed
from core.forms import Form


@pytest.fixture(autouse=True)
def words(app):
    with app.test_request_context():
        yield


def test_finds_every_fault_before_it_complains():
    form = Form({"name": " ", "email": "nobody", "limit": "0"})
    form.text("name", missing="Enter a name.")
    form.email("email")
    form.whole_number("limit", 1, 9)

    with pytest.raises(Invalid) as refusal:
        form.check()

    assert set(refusal.value.fields) == {"name", "email", "limit"}


@pytest.mark.parametrize("text", ["1.5", "-1", "1e1", "١", "x", "10", "99999999999999"])
def test_a_number_is_a_whole_one_within_its_bounds(text):
    form = Form({"limit": text})
    form.whole_number("limit", 1, 9)

    assert form.fault("limit") == "Enter a whole number from 1 to 9."


def test_an_empty_number_may_be_none():
    assert Form({}).whole_number("limit", 1, 9) is None


def test_keeps_what_was_typed_for_showing_it_again():
    form = Form({"name": "  Li  Wei "})

    assert form.text("name") == "Li Wei"
    assert form.value("name") == "  Li  Wei "
    assert form.value("other") == ""


def test_a_choice_is_one_of_those_there_are():
    assert Form({"theme": "dark"}).choice("theme", ("light", "dark")) == "dark"
    assert Form({"theme": "pink"}).choice("theme", ("light", "dark"), "light") == "light"


def test_ids_are_numbers_and_nothing_else():
    form = Form(MultiDict([("id", "7"), ("id", "x"), ("id", "-1"), ("id", "²"), ("id", "9" * 30), ("id", "8")]))

    assert form.ids("id") == [7, 8]
    assert form.id("id") == 7
    assert Form({}).id("id") is None


def test_what_belongs_to_no_field_stands_at_the_top():
    form = Form()
    form.refuse(NotAllowed())

    assert form.fault("form").startswith("Your role does not allow this.")


def test_lines_are_those_with_something_on_them():
    assert Form({"domains": "a.example\r\n\r\n  b.example  \n"}).lines("domains") == ["a.example", "b.example"]
