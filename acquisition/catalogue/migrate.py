"""Bringing a catalogue's schema up to date by numbered Alembic revisions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from .problems import CatalogueError, NewerCatalogueError

HEAD: Final = "0002"
"""The revision that this program reads and writes."""
APPLICATION_ID: Final = 0x53434C42
"""``SCLB`` in ASCII: what marks a SQLite file as a catalogue."""
VERSIONS: Final = Path(__file__).parent / "versions"
_LOCK: Final = 0x53434C42
Transaction: TypeAlias = Callable[[], AbstractContextManager[sa.Connection]]


def bring_up_to_date(reading: Transaction, writing: Transaction, name: str) -> None:
    """Run the revisions that are missing, all of them or none.

    Several processes may do so at once: one does it, the others find it done. Raises
    ``NewerCatalogueError`` for a revision that this program does not know, and ``CatalogueError``
    for a database of something else.
    """
    with reading() as connection:
        if _revision(connection, name) == HEAD:
            return
    with writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if _revision(connection, name) != HEAD:
            upgrade(connection)


def upgrade(connection: sa.Connection, to: str = HEAD, versions: Path = VERSIONS) -> None:
    """Run Alembic's revisions up to ``to`` in the transaction of this connection.

    Each is handed its operations: those that Alembic keeps for all are shared between threads.
    """
    from alembic.migration import MigrationContext  # seldom needed, and slow to import
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(versions), version_locations=[str(versions)])

    def steps(revision: Any, context: object) -> Any:  # noqa: ARG001  Alembic's own signature
        return script._upgrade_revs(to, revision)

    context = MigrationContext.configure(connection, opts={"fn": steps})
    context.run_migrations(op=Operations(context))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _revision(connection: sa.Connection, name: str) -> str | None:
    """The revision of this database; ``None`` if it is empty."""
    tables = set(sa.inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if {"run", "cell"} & tables or (tables and connection.dialect.name == "sqlite"):
            raise CatalogueError(f"{name}: a database of something else, with tables of its own")
        return None
    _refuse_what_is_not_ours(connection, name)
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and (not found.isdigit() or found > HEAD):
        raise NewerCatalogueError(
            f"{name}: catalogue revision {found}, and this program knows up to {HEAD}; "
            "a newer solidcell made it: update this one"
        )
    return None if found is None else str(found)


def _refuse_what_is_not_ours(connection: sa.Connection, name: str) -> None:
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql("PRAGMA application_id").scalar()
    if found != APPLICATION_ID:
        raise CatalogueError(
            f"{name}: a database of something else: application_id {found:#x}, "
            f"a catalogue has {APPLICATION_ID:#x}"
        )
