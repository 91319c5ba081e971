"""How Alembic runs both histories: the platform's tables, and the tables each company has in its own schema.

Called through tenants/migrations.py, which says which history, and on which connection; offline it prints plain SQL
without BEGIN and COMMIT, for the caller to put around it.
"""

from alembic import context

attributes = context.config.attributes
schema = "platform" if attributes["history"] == "platform" else None


def is_ours(name, kind, parents) -> bool:
    # Alembic offers every schema of the database; ours is the platform's, or the one the search path names.
    return kind != "schema" or name == schema


options = {
    "target_metadata": attributes.get("metadata"),
    "version_table_schema": schema,
    "include_schemas": schema is not None,
    "include_name": is_ours,
    "compare_type": True,
    "compare_server_default": True,
}

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, **options)
    context.run_migrations()
else:
    context.configure(connection=attributes["connection"], **options)
    with context.begin_transaction():
        context.run_migrations()
