"""Moving a company to another database of ours, as a work that may be killed at any moment and goes on."""

from datetime import timedelta
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _l

from core.clock import now
from core.db import Place, db, lock, record, transaction
from core.errors import Refusal
from lifecycle.works import CannotBeDone, Work, kind_of_work
from tenants.companies.company import Company, CompanyChanged
from tenants.companies.databases import Admin
from tenants.companies.making import drop, make_ready
from tenants.companies.moving import CannotMove, copy_over, let_write
from tenants.companies.schemas import Schema, databases_within_reach

COPYING, SWITCHING = "copying", "switching"
# The schedule drops the old place when nobody can believe in it any more.
OLD_PLACE_KEPT = timedelta(hours=1)


class NoSuchDatabase(Refusal):
    code = "no_such_database"
    message = _l("This company cannot move there. Choose another one of the databases.")


def ways_from(company: Company) -> list[str]:
    """The databases a company could move to."""
    return [database for database in databases_within_reach() if database != company.schema.database]


def ask_to_move(company: Company, database: str, asked_by: str) -> Work:
    """Have it moved soon.  Raises NoSuchDatabase, AlreadyAtWork."""
    if database not in ways_from(company) or not company.lets_in:
        raise NoSuchDatabase
    return Work.ask(company, "move", asked_by, database=database)


def stay(work: Work) -> None:
    """It was given up: all is as it was before.  A company that has arrived stays where it is now."""
    company, admin = work.company, Admin.configured()
    target = db.session.get(Schema, work.arguments.get("schema_id", 0))
    if target is not None and company.schema_id != target.id:
        let_write(admin, company.place)
        _rename_files(target.name, company.schema.name)
        drop(admin, target.name, target.database)
        with transaction():
            target.state = "erased"
    with transaction():
        company.settle()


@kind_of_work("move", undo=stay)
def move(work: Work) -> dict:
    """Copy, compare, switch.  Raises CannotBeDone."""
    company, admin = work.company, Admin.configured()
    target = _target(work, admin)
    if company.schema_id == target.id:
        return _arrived(work)
    source = company.place
    with transaction():
        company.set_out()
    work.report(COPYING)
    try:
        rows = copy_over(admin, source, Place(target.name, target.database), lambda *far: work.report(COPYING, *far))
    except CannotMove as error:
        raise CannotBeDone(str(error)) from error
    work.report(SWITCHING)
    _rename_files(source.schema, target.name)
    with transaction():
        _switch(company, target)
        work.arguments = work.arguments | {"rows": rows}
    return _arrived(work)


def _target(work: Work, admin: Admin) -> Schema:
    """The place that was made for this move, or one made now: whoever begins anew finds it again."""
    if "schema_id" not in work.arguments:
        database = work.arguments["database"]
        with transaction():
            ready = Schema.claim_in(database)
        if ready is None:
            make_ready(admin, 1, database)
            ready = Schema.claim_in(database)
        with transaction():
            work.arguments = work.arguments | {"schema_id": ready.id}
    return db.session.get_one(Schema, work.arguments["schema_id"])


def _switch(company: Company, target: Schema) -> None:
    lock(company)
    # From now on nobody lives there: after a while it is dropped like all such places.
    company.schema.taken_at = now()
    company.settle(target)
    record(CompanyChanged(company.id))


def _arrived(work: Work) -> dict:
    return {"rows": work.arguments.get("rows", 0), "database": work.arguments["database"]}


def _rename_files(old: str, new: str) -> None:
    """The folder is called as the schema.  Where there are no files, or they have moved already, there is nothing to do."""
    folder = Path(current_app.config["FILES_DIR"])
    if (folder / old).exists():
        (folder / old).rename(folder / new)
