"""The database: platform tables in one schema, each company's tables in a schema that only its own role may touch.

One login role without rights connects for all companies.  Every transaction opens with `BEGIN; SET LOCAL ROLE` in one
round trip; the role's name is the schema's, and the database's search path is `"$user"`, so the role alone selects the
company.  Forgetting the company fails before any SQL; after the commit the connection has no rights again.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

import psycopg
import sqlalchemy as sa
from flask import current_app
from flask.globals import app_ctx
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core import events
from core.errors import Refusal

log = logging.getLogger(__name__)

PLATFORM = "platform"
COMPANIES_PER_CONNECTION = 100
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_SCHEMA_NAME = re.compile(r"t_[0-9]{1,18}\Z")


class Place(NamedTuple):
    """Where a company's data lives: its schema (which is also its role) and the database that holds it."""

    schema: str
    database: str = "main"


class NoCompany(RuntimeError):
    """Company data was asked for while no company is in force.  A bug, and it fails closed."""


class Standstill(NamedTuple):
    """Nothing is written in a place: whoever tries hears `refusal`.  `is_total`: not even what goes on otherwise."""

    refusal: type[Refusal]
    is_total: bool = False


_place: ContextVar[Place | None] = ContextVar("place", default=None)
_standstill: ContextVar[Standstill | None] = ContextVar("standstill", default=None)
_goes_on: ContextVar[bool] = ContextVar("goes on", default=False)


def current_place() -> Place:
    """The company's place now in force.  Raises NoCompany outside of `inside`."""
    place = _place.get()
    if place is None or not _SCHEMA_NAME.match(place.schema):
        raise NoCompany("no company is in force here")
    return place


@contextmanager
def inside(place: Place, standstill: Standstill | None = None) -> Iterator[None]:
    """Put a company's schema in force.  Its session ends with the block: ids of two companies never meet in one.

    During a standstill its transactions are read only, as the database sees to.
    """
    still = _standstill.set(standstill)
    try:
        if place == _place.get():
            yield
            return
        token = _place.set(place)
        try:
            yield
        finally:
            db.session.remove()
            _place.reset(token)
    finally:
        _standstill.reset(still)


@contextmanager
def going_on() -> Iterator[None]:
    """For what a company does also while it is at a standstill: transactions that begin in here may write."""
    token = _goes_on.set(True)
    try:
        yield
    finally:
        _goes_on.reset(token)


def refused_to_write() -> type[Refusal] | None:
    """What whoever would write now is told, if the place in force is at a standstill."""
    standstill = _standstill.get()
    return standstill.refusal if standstill and (standstill.is_total or not _goes_on.get()) else None


class PlacedSession(Session):
    """A session that serves one company (and the platform tables beside it), and refuses to serve a second."""

    def get_bind(self, mapper=None, clause=None, bind=None, **kwargs):
        if bind is not None:
            return bind
        table = mapper.local_table if mapper is not None else clause
        if _belongs_to_platform(table):
            return db.engines[PLATFORM]
        place = current_place()
        if self.info.setdefault("place", place) != place:
            raise NoCompany(f"a session of {self.info['place']} was used inside {place}")
        return db.engines[None if place.database == "main" else f"tenants@{place.database}"]


def url_of(database: str) -> str:
    """The address of a database of companies, as libpq writes it.  Needs the app's context."""
    engine = db.engines[None if database == "main" else f"tenants@{database}"]
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _belongs_to_platform(clause) -> bool:
    if isinstance(clause, sa.Table):
        return clause.schema == PLATFORM
    tables = list(sa.sql.visitors.iterate(clause)) if clause is not None else []
    return any(isinstance(part, sa.Table) and part.schema == PLATFORM for part in tables)


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(
    model_class=Base,
    session_options={
        "class_": PlacedSession,
        "expire_on_commit": False,
        "scopefunc": lambda: (id(app_ctx._get_current_object()), _place.get()),
    },
)
db.Model.registry.update_type_annotation_map({datetime: sa.DateTime(timezone=True), int: sa.BigInteger, str: sa.Text})
db.metadatas[PLATFORM] = sa.MetaData(schema=PLATFORM, naming_convention=NAMING)


def identity() -> Mapped[int]:
    """The primary key of nearly every table."""
    return mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)


def in_order_of(table: str, column: str) -> sa.Index:
    """For counting the rows of a day: they lie in the order in which they came, so a few bytes for each stretch say where."""
    stretch = {"pages_per_range": 32, "autosummarize": "on"}
    return sa.Index(f"ix_{table}_{column}", column, postgresql_using="brin", postgresql_with=stretch)


class PlatformModel(db.Model):
    """A row about companies as customers, in the platform schema."""

    __abstract__ = True
    __bind_key__ = PLATFORM
    metadata = db.metadatas[PLATFORM]


class TenantModel(db.Model):
    """A row of one company.  It names no schema: the role in force decides whose."""

    __abstract__ = True


class ExtendedOnlyCursor(psycopg.Cursor):
    """Always speaks the extended protocol: the server then refuses `a; b` in one execute.

    `_execute_send` is private to psycopg: its version is pinned and a test tries a stacked statement.
    """

    def _execute_send(self, query, *, force_extended=False, binary=None):
        return super()._execute_send(query, force_extended=True, binary=binary)


def engine_options() -> dict:
    """Options for every engine.  AUTOCOMMIT only means that we send BEGIN ourselves, together with the role.

    Prepared statements are off: they gain nothing once many companies share a connection, and break while some
    companies are on an older schema revision.
    """
    return {
        "isolation_level": "AUTOCOMMIT",
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 10,
        "connect_args": {"prepare_threshold": None, "cursor_factory": ExtendedOnlyCursor, "connect_timeout": 5},
    }


def install(app) -> None:
    """Attach the opening statements and the per-connection company limit to the app's engines."""
    db.init_app(app)
    with app.app_context():
        for key, engine in db.engines.items():
            sa.event.listen(engine, "begin", _begin_platform if key == PLATFORM else _begin_company)
            sa.event.listen(engine, "handle_error", _refuse_at_standstill)
            sa.event.listen(engine, "checkin", _recycle)


def _begin_platform(connection) -> None:
    _execute_simple(connection, "BEGIN")


def _begin_company(connection) -> None:
    place = current_place()
    begin = "BEGIN READ ONLY" if refused_to_write() else "BEGIN"
    _execute_simple(connection, f'{begin}; SET LOCAL ROLE "{place.schema}"')
    connection.info.setdefault("companies", set()).add(place)


def _refuse_at_standstill(context) -> None:
    """Whatever tried to write where nothing is written, people hear why and not what the database said."""
    if isinstance(context.original_exception, psycopg.errors.ReadOnlySqlTransaction) and _standstill.get():
        raise _standstill.get().refusal()


def _execute_simple(connection, statement: str) -> None:
    psycopg.Cursor(connection.connection.dbapi_connection).execute(statement, prepare=False)


def _recycle(dbapi_connection, record) -> None:
    # A backend keeps about 1 MB of catalogue cache for each company it has served, and never gives it back.
    if dbapi_connection is not None and len(record.info.get("companies", ())) >= COMPANIES_PER_CONNECTION:
        record.invalidate(soft=True)


@contextmanager
def transaction() -> Iterator[None]:
    """One transaction, opened at the edge: commit, then tell what was recorded; roll back if anything is raised.

    Inside another one it joins it.
    """
    session = db.session()
    if session.info.get("in_transaction"):
        yield
        return
    session.info["in_transaction"] = True
    try:
        yield
        for _turn, function in sorted(session.info.pop("at_last", ()), key=itemgetter(0)):
            function()
        session.commit()
    except BaseException:
        session.rollback()
        session.info.pop("at_last", None)
        session.info.pop("events", None)
        raise
    finally:
        session.info.pop("in_transaction", None)
    tell(session.info.pop("events", ()))


def in_transaction() -> bool:
    """Whether one is open here."""
    return bool(db.session().info.get("in_transaction"))


@contextmanager
def fresh_transaction() -> Iterator[None]:
    """One in a session of its own: that of whoever caused it remembers what others have changed since."""
    with current_app.app_context(), transaction():
        yield


def lock(row: db.Model) -> None:
    """Lock a row until the transaction ends and read it anew: what was decided before may no longer be so.

    Two statements: one that waits for the lock sees the new row, but joins it to what it saw before it waited.
    """
    db.session.flush()
    model = type(row)
    db.session.execute(sa.select(model.id).where(model.id == row.id).with_for_update())
    db.session.refresh(row)


def known(model: type[db.Model], row: dict) -> None:
    """Have the session know a row that was read a moment ago, by column and as JSON, as if it had read it itself."""
    columns = model.__table__.columns
    values = {name: _from_json(columns[name], value) for name, value in row.items() if name in columns}
    instance = model(**values)
    sa.orm.make_transient_to_detached(instance)
    session = db.session()
    # A session forgets what nobody else holds.
    session.info.setdefault("known", []).append(session.merge(instance, load=False))


def _from_json(column: sa.Column, value):
    return datetime.fromisoformat(value) if isinstance(column.type, sa.DateTime) and value is not None else value


def at_last(function: Callable[[], None], turn: int = 0) -> None:
    """Have something done just before the commit, after all else: what takes a lock that everybody wants.

    Locks of two databases' connections that wait for each other are seen by nobody: who takes several takes them by `turn`.
    """
    db.session().info.setdefault("at_last", []).append((turn, function))


def record(event) -> None:
    """Remember what happened; it is told after the commit."""
    db.session().info.setdefault("events", []).append(event)


def tell(recorded) -> None:
    """Tell what has happened, after its commit."""
    for event in recorded:
        try:
            events.publish(event)
        except Exception:
            # The commit stands: whoever asked must not be told that it failed.  Sweepers make good what follows.
            current_app.logger.exception("reaction failed event=%r", event)
