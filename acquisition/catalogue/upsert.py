"""Writing rows that may be there already: SQLite and PostgreSQL say it the same way."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Excluded = Callable[[Any], sa.ColumnElement[bool]]


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[dict[str, Any]],
    only_where: Excluded | None = None,
) -> None:
    """Insert rows; where the primary key is taken, replace the row by the new one.

    ``only_where`` gets the columns of the new row and says which rows may be replaced.
    """
    if not rows:
        return
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    new = statement.excluded
    changed = {column.name: new[column.name] for column in table.columns if column.name not in keys}
    condition = None if only_where is None else only_where(new)
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changed, where=condition), rows
    )
