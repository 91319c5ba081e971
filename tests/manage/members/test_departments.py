import pytest

from chat.styles.calendars import Calendar
from chat.styles.opening_hours import DepartmentHours, Hours
from chat.styles.routing import Regions, Routing, Strategy
from chat.styles.sites import Site
from chat.styles.styles import Style
from core.db import transaction
from tenants.audit.audit import AuditEntry
from tenants.people.departments import Department


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def sales(cast):
    with transaction():
        return Department.add("Sales")


def names() -> list[str]:
    return [department.name for department in Department.all()]


def test_adds_one_at_the_end(cast, olga):
    olga.post("/manage/departments", data={"name": "Sales"})

    cast.refresh()
    assert names() == ["Customer service", "Sales"]
    assert AuditEntry.before(None, "department.added")


def test_renames(cast, olga, sales):
    olga.post(f"/manage/departments/{sales.id}", data={"name": "Shop"})

    cast.refresh()
    assert names() == ["Customer service", "Shop"]


@pytest.mark.parametrize(("name", "fault"), [("", "Enter a name"), ("customer SERVICE", "Another department has this name")])
def test_refuses_a_name_twice(cast, olga, sales, name, fault):
    renamed = olga.post(f"/manage/departments/{sales.id}", data={"name": name})
    added = olga.post("/manage/departments", data={"name": name})

    assert (renamed.status_code, added.status_code) == (422, 422)
    assert f'id="name-{sales.id}-fault">{fault}' in renamed.text
    assert f'id="name-fault">{fault}' in added.text


def test_moves_up_and_down(cast, olga, sales):
    olga.post(f"/manage/departments/{sales.id}/place", data={"to": "up"})
    cast.refresh()
    after_up = names()
    olga.post(f"/manage/departments/{sales.id}/place", data={"to": "down"})
    olga.post(f"/manage/departments/{sales.id}/place", data={"to": "down"})

    assert after_up == ["Sales", "Customer service"]
    cast.refresh()
    assert names() == ["Customer service", "Sales"]


def test_removes_but_keeps_its_people(cast, olga):
    department = cast.olga.departments[0]

    olga.post(f"/manage/departments/{department.id}/removal")

    cast.refresh()
    assert names() == []
    assert cast.olga.departments == []


def test_before_it_is_removed_the_page_names_the_styles_that_speak_of_it(cast, olga, sales):
    with transaction():
        other, third = Site.add("Shop"), Site.add("Blog")
        Style(cast.site).save(Routing(regions=Regions((Strategy("East", ("CN-ZJ",), (sales.id,)),))), cast.olga)
        Style(other).save(Hours(departments=(DepartmentHours(sales.id, Calendar()),)), cast.olga)
        Style(third).save(Routing(departments=(cast.olga.departments[0].id,)), cast.olga)

    page = olga.get("/manage/departments").text

    assert "Remove Sales? Its agents stay. Rules or hours of Acme, Shop name it" in page
    assert "Remove Customer service? Its agents stay. Rules or hours of Blog name it" in page


def test_another_companys_department_is_not_found(cast, sales, signed_in):
    assert signed_in(cast.eve).post(f"/manage/departments/{sales.id}/removal").status_code == 404
    cast.refresh()
    assert "Sales" in names()


def test_an_agent_may_not(cast, signed_in):
    assert signed_in(cast.adam).post("/manage/departments", data={"name": "Sales"}).status_code == 403
