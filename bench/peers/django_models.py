"""Our companies' tables as Django models, so that the peer makes the same tables as we do."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

FIELDS = {
    sa.BigInteger: "models.BigIntegerField({})",
    sa.Text: "models.TextField({})",
    sa.Boolean: "models.BooleanField({})",
    sa.DateTime: "models.DateTimeField({})",
    sa.Uuid: "models.UUIDField({})",
    JSONB: "models.JSONField({})",
    ARRAY: "ArrayField(models.TextField(), {})",
}


def django_models(tables: list[sa.Table], later: str = "") -> str:
    """The text of a models.py.  `later` names the table that gets one more column, and an index on it."""
    lines = ["from django.contrib.postgres.fields import ArrayField", "from django.db import models"]
    for table in tables:
        lines += ["", "", f"class {_class(table.name)}(models.Model):"]
        lines += [f"    {_field(column)}" for column in table.columns if not _is_numbering(column)]
        if table.name == later:
            lines += ["    measured_at = models.DateTimeField(null=True)"]
        lines += ["", "    class Meta:", f"        db_table = {table.name!r}"]
        lines += [f"        indexes = [{', '.join(_indexes(table, later))}]"]
        lines += [f"        constraints = [{', '.join(_uniques(table))}]"]
    return "\n".join(lines) + "\n"


def _class(table: str) -> str:
    return "".join(word.title() for word in table.split("_"))


def _is_numbering(column: sa.Column) -> bool:
    return column.name == "id" and column.identity is not None


def _field(column: sa.Column) -> str:
    options = ["null=True"] if column.nullable else []
    if column.primary_key and column.name == "id":
        options = ["primary_key=True"]
    if column.foreign_keys:
        options += [f"db_column={column.name!r}", "db_index=False", "related_name='+'", "on_delete=models.CASCADE"]
        target = next(iter(column.foreign_keys)).column.table.name
        return f"{column.name.removesuffix('_id')} = models.ForeignKey({_class(target)!r}, {', '.join(options)})"
    return f"{column.name} = {FIELDS[type(column.type)].format(', '.join(options))}"


def _name(column: sa.Column) -> str:
    return column.name.removesuffix("_id") if column.foreign_keys else column.name


def _indexes(table: sa.Table, later: str) -> list[str]:
    indexes = [index for index in sorted(table.indexes, key=lambda index: index.name) if not index.unique]
    lines = [
        f"models.Index(fields={[_name(column) for column in index.columns]}, name={index.name[-30:]!r})" for index in indexes
    ]
    return lines + ["models.Index(fields=['measured_at'], name='ix_measured_at')"] * (table.name == later)


def _uniques(table: sa.Table) -> list[str]:
    constraints = [each for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    unique = [*constraints, *(index for index in table.indexes if index.unique)]
    return [
        f"models.UniqueConstraint(fields={[_name(column) for column in each.columns]}, name={each.name!r})"
        for each in sorted(unique, key=lambda each: each.name)
    ]
