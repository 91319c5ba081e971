"""Is a company's place in order?  Its revision, its role's rights, its tables' shape, its numbers."""

from functools import lru_cache

import psycopg
from psycopg import sql

from tenants.companies.databases import Admin, Names
from tenants.companies.making import ONLY_ADDED_TO
from tenants.companies.migrations import TENANT


def check_schema(admin: Admin | str, name: str, database: str = "main") -> list[str]:
    """What is wrong with a schema; nothing, if all is well."""
    admin = Admin.at(admin)
    with admin.connect(database) as connection:
        found = _role_and_rights(connection, admin.names_in(database), name)
        if "there is no such schema" in found:
            return found
        return found + _revision_and_shape(connection, admin.url_of(database), name) + _numbers(connection, name)


def remains(admin: Admin | str, name: str, database: str = "main") -> list[str]:
    """What an erased schema left behind in its database; nothing, if it is truly gone."""
    admin = Admin.at(admin)
    with admin.connect(database) as connection:
        schema = connection.execute("SELECT to_regnamespace(%s)", [f'"{name}"']).fetchone()[0]
        role = connection.execute(_MEMBERSHIP, [name, admin.names_in(database).app]).fetchone()
    return [f"schema {name}"] * bool(schema) + [f"role {name}"] * bool(role)


_MEMBERSHIP = """
    SELECT r.rolcanlogin, r.rolinherit, m.inherit_option, m.admin_option FROM pg_roles r
    JOIN pg_auth_members m ON m.roleid = r.oid JOIN pg_roles login ON login.oid = m.member
    WHERE r.rolname = %s AND login.rolname = %s
"""


def _role_and_rights(connection: psycopg.Connection, names: Names, name: str) -> list[str]:
    if connection.execute("SELECT to_regnamespace(%s)", [f'"{name}"']).fetchone()[0] is None:
        return ["there is no such schema"]
    found = []
    if connection.execute(_MEMBERSHIP, [name, names.app]).fetchone() != (False, False, False, False):
        found.append(f"role {name} must be NOLOGIN and NOINHERIT, and {names.app} may only step into it")
    others = connection.execute(_OTHER_GRANTEES, {"name": name, "owner": names.owner}).fetchall()
    found += [f"{who} has rights on {what}" for who, what in others]
    for table in ONLY_ADDED_TO:
        may = "SELECT has_table_privilege(%s, %s, 'UPDATE, DELETE')"
        if connection.execute(may, [name, f'"{name}"."{table}"']).fetchone()[0]:
            found.append(f"its role may rewrite {table}")
    return found


_OTHER_GRANTEES = """
    WITH granted AS (
        SELECT 'the schema' AS what, a.* FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = %(name)s
        UNION ALL
        SELECT c.relname, a.* FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = to_regnamespace(%(name)s)
        UNION ALL
        SELECT c.relname, 0, c.relowner, 'owner', false FROM pg_class c WHERE c.relnamespace = to_regnamespace(%(name)s)
    )
    SELECT DISTINCT CASE grantee WHEN 0 THEN 'everybody' ELSE grantee::regrole::text END, what FROM granted
    WHERE grantee = 0 OR pg_get_userbyid(grantee) NOT IN (%(name)s, %(owner)s)
"""


def _revision_and_shape(connection: psycopg.Connection, url: str, name: str) -> list[str]:
    query = sql.SQL("SELECT version_num FROM {}.alembic_version").format(sql.Identifier(name))
    revision = connection.execute(query).fetchone()[0]
    if revision != TENANT.head:
        return [f"it is on revision {revision}, and the newest is {TENANT.head}: run `company migrate`"]
    is_, ought = _shape(connection, name), _right_shape(url, TENANT.head)
    return [f"missing: {line}" for line in sorted(ought - is_)] + [f"unexpected: {line}" for line in sorted(is_ - ought)]


@lru_cache(maxsize=4)
def _right_shape(url: str, revision: str) -> frozenset[str]:
    """What the tables of a fresh schema look like.  One is made for it, and never committed."""
    scratch, names = "t_scratch", Names.of(url)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(*map(sql.Identifier, (scratch, names.owner))))
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(names.owner)))
        connection.execute(sql.SQL("SET LOCAL search_path = {}, ext").format(sql.Identifier(scratch)))
        connection.execute(TENANT.sql())
        shape = _shape(connection, scratch)
        connection.rollback()
    return shape


def _shape(connection: psycopg.Connection, name: str) -> frozenset[str]:
    rows = connection.execute(_SHAPE, {"name": name}).fetchall()
    return frozenset(line.replace(f"{name}.", "") for (line,) in rows)


_SHAPE = """
    SELECT format('column %%s.%%s %%s%%s %%s%%s%%s', c.relname, attname, format_type(atttypid, atttypmod),
                  CASE WHEN attnotnull THEN ' not null' END, pg_get_expr(adbin, adrelid), attidentity, attgenerated)
    FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
    WHERE c.relnamespace = to_regnamespace(%(name)s) AND relkind IN ('r', 'p', 'v', 'm')
    UNION ALL
    SELECT format('constraint %%s.%%s %%s', conrelid::regclass::text, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = to_regnamespace(%(name)s) AND contype <> 'n'
    UNION ALL
    SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
    WHERE c.relnamespace = to_regnamespace(%(name)s)
    UNION ALL
    SELECT format('%%s %%s', CASE relkind WHEN 'S' THEN 'sequence' ELSE 'view' END, relname) FROM pg_class
    WHERE relnamespace = to_regnamespace(%(name)s) AND relkind IN ('S', 'v', 'm')
    UNION ALL
    SELECT format('trigger %%s.%%s', tgrelid::regclass, tgname) FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
    WHERE c.relnamespace = to_regnamespace(%(name)s) AND NOT tgisinternal
"""


def _numbers(connection: psycopg.Connection, name: str) -> list[str]:
    """Identity columns that would give out a number a second time."""
    rows = connection.execute(
        """
        SELECT c.relname, attname, pg_get_serial_sequence(quote_ident(%(name)s) || '.' || quote_ident(c.relname), attname)
        FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attidentity <> ''
        WHERE c.relnamespace = to_regnamespace(%(name)s) AND relkind = 'r'
        """,
        {"name": name},
    ).fetchall()
    return [
        f"{table}.{column} gives out numbers twice" for table, column, at in rows if _lags(connection, name, table, column, at)
    ]


def _lags(connection: psycopg.Connection, name: str, table: str, column: str, sequence: str) -> bool:
    query = sql.SQL("SELECT max({}) > coalesce(pg_sequence_last_value({}), 0) FROM {}").format(
        sql.Identifier(column), sequence, sql.Identifier(name, table)
    )
    return bool(connection.execute(query).fetchone()[0])
