"""What is written to tables, noted by the database itself: what is taken back at once was written too."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tenants.companies.databases import connect

# Whoever writes need not know of the notes.
_NOTES = """
CREATE SCHEMA notes;
CREATE TABLE notes.written (place text NOT NULL, line jsonb);
CREATE FUNCTION notes.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' OR to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN
    INSERT INTO notes.written
    SELECT TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, line FROM unnest(ARRAY[to_jsonb(OLD), to_jsonb(NEW)]) line
    WHERE line IS NOT NULL OR TG_OP = 'TRUNCATE';
  END IF;
  RETURN NULL;
END $$;
"""
_NOTED = """
CREATE TRIGGER notes_lines AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION notes.note();
CREATE TRIGGER notes_all AFTER TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION notes.note();
"""


class Written:
    """The rows written to a company's tables, and to those in which the platform keeps something about companies."""

    def __init__(self, connection: psycopg.Connection):
        self._connection = connection

    def take(self) -> list[tuple[str, dict | None]]:
        """What was committed since this was asked before: "schema.table" with each row as it was and as it is (None: all)."""
        return self._connection.execute("DELETE FROM notes.written RETURNING place, line", prepare=True).fetchall()


@contextmanager
def written(url: str, schema: str) -> Iterator[Written]:
    """Nobody else may be in the middle of something when this begins and ends."""
    with connect(url) as admin:
        admin.execute("SET lock_timeout = '10s'")
        admin.execute(_NOTES + "".join(_NOTED.format(table=table) for table in _tables(admin, schema)))
        try:
            yield Written(admin)
        finally:
            admin.execute("DROP SCHEMA notes CASCADE")


def _tables(admin: psycopg.Connection, schema: str) -> list[str]:
    own = "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables WHERE schemaname = %s"
    about = """SELECT format('%I.%I', table_schema, table_name) FROM information_schema.columns
               WHERE table_schema = 'platform' AND column_name = 'company_id' AND data_type = 'bigint'"""
    return [table for (table,) in [*admin.execute(own, [schema]), *admin.execute(about)]]
