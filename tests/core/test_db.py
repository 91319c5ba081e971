import pytest
import sqlalchemy as sa
from cast import count

from chat.visitors.visitors import Visitor
from core.db import NoCompany, Place, db, inside, record, transaction
from core.events import dataclass_event, publish, react
from saas.reactions import REACTIONS
from tenants.companies.company import Company, current_company
from tenants.people.members import Member


@dataclass_event
class SomethingHappened:
    number: int


@pytest.fixture
def heard():
    """The numbers of what was told."""
    numbers = []
    react({SomethingHappened: [lambda event: numbers.append(event.number)]})
    yield numbers
    react(REACTIONS)


def test_company_data_without_a_company_fails_before_any_sql(context):
    with pytest.raises(NoCompany):
        db.session.scalar(sa.select(Visitor))


def test_odd_schema_names_never_reach_the_database(context):
    with inside(Place('t_1"; RESET ROLE; --')), pytest.raises(NoCompany):
        db.session.scalar(sa.select(Visitor))


def test_each_company_has_a_session_of_its_own(cast):
    with cast.globex.entered():
        assert current_company().company_id == "globex"
        assert [member.name for member in Member.all()] == ["Eve"]

    assert current_company().company_id == "acme"
    assert {member.name for member in Member.all()} == {"Olga", "Adam", "Nina"}


def test_a_session_refuses_a_second_company(cast):
    session = db.session()
    session.rollback()

    with cast.globex.entered(), pytest.raises(NoCompany, match="was used inside"):
        session.scalar(sa.select(Member).limit(1))


def test_the_connection_has_no_rights_again_after_the_commit(cast):
    db.session.commit()
    connection = db.engines[None].raw_connection()
    try:
        with pytest.raises(Exception, match="permission denied|does not exist"):
            connection.dbapi_connection.execute(f"SELECT * FROM {cast.acme.place.schema}.member")
    finally:
        connection.close()


def test_stacked_statements_are_refused_by_the_server(cast):
    with pytest.raises(sa.exc.ProgrammingError, match="multiple commands"):
        db.session.execute(sa.text("SELECT 1; RESET ROLE"))
    db.session.rollback()


def test_platform_and_company_rows_live_in_one_session(cast):
    with transaction():
        cast.acme.name = "Acme Ltd"
        cast.adam.name = "Adam B."

    assert Company.called("acme").name == "Acme Ltd"
    assert db.session.scalar(sa.select(Member.name).where(Member.id == cast.adam.id)) == "Adam B."


def test_tells_what_happened_after_the_commit(cast, heard):
    with transaction():
        record(SomethingHappened(7))
        assert heard == []

    assert heard == [7]


def test_nobody_hears_of_what_was_rolled_back(cast, heard):
    with pytest.raises(ZeroDivisionError), transaction():
        record(SomethingHappened(7))
        cast.adam.name = "Nobody"
        1 / 0  # noqa: B018

    assert heard == []
    assert cast.adam.name == "Adam"


def test_a_transaction_inside_another_joins_it(cast, heard):
    with pytest.raises(ZeroDivisionError), transaction():
        with transaction():
            db.session.add(Visitor(key="inner"))
            record(SomethingHappened(1))
        1 / 0  # noqa: B018

    assert heard == []
    assert count(Visitor) == 1


def test_a_failing_reaction_does_not_undo_the_commit(cast):
    def fail(event):
        raise RuntimeError

    react({SomethingHappened: [fail]})
    with transaction():
        cast.adam.name = "Adam the second"
        record(SomethingHappened(1))
    react(REACTIONS)

    assert db.session.scalar(sa.select(Member.name).where(Member.id == cast.adam.id)) == "Adam the second"


def test_publishing_what_nobody_reacts_to_does_nothing():
    publish(SomethingHappened(1))
