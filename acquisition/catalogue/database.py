"""A database that holds a catalogue: opened, brought up to date, read and written.

SQLite is used with its rollback journal: two processes may write a catalogue, and the write-ahead
log of many SQLite versions can be corrupted by two writers (docs/decisions/0007).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from .migrate import bring_up_to_date
from .problems import CatalogueError, DamagedCatalogueError

BUSY_TIMEOUT_S: Final = 30.0
_CONNECT_TIMEOUT_S: Final = 5
_SILENCE_MS: Final = 15_000
_WRITES: Final = "solidcell_writes"
_TORN: Final = ("not a database", "malformed", "disk image")


class Catalogue:
    """An open catalogue of the schema that this program knows. Close it, or use ``with``."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self.name = name
        """Where it is, for a person: never with a password."""
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that changes nothing. Raises ``CatalogueError`` for any failure."""
        with _in_words(self.name), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that has the right to write from its first statement on.

        Everything in it happens, or nothing. Raises ``CatalogueError`` for any failure.
        """
        with _in_words(self.name), self._engine.connect() as connection:
            writer = connection.execution_options(**{_WRITES: True})
            with writer.begin():
                yield writer

    def close(self) -> None:
        """Release it. May be called twice."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_file(path: Path) -> Catalogue:
    """Open a bench's own catalogue; make it, or bring it up to date, if need be.

    Raises ``NewerCatalogueError`` if a later program made it, ``DamagedCatalogueError`` if it is
    no database, and ``CatalogueError`` for whatever else is in the way.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    url = sa.URL.create("sqlite", database=str(path))
    return _ready(_sqlite(url), str(path))


def open_anew(path: Path) -> Catalogue:
    """Open the same; a file that is damaged is laid aside as ``<name>.damaged`` and made anew."""
    try:
        return open_file(path)
    except DamagedCatalogueError:
        path.replace(path.with_name(f"{path.name}.damaged"))
        return open_file(path)


def open_in_memory() -> Catalogue:
    """Open a catalogue that is gone when it is closed."""
    return _ready(_sqlite(sa.URL.create("sqlite"), poolclass=StaticPool), "memory")


def open_lab(address: str) -> Catalogue:
    """Open the catalogue of a laboratory, such as ``postgresql+psycopg://user@host/lab``.

    Also ``sqlite:///file``. Raises ``CatalogueError`` if it cannot be reached within seconds.
    """
    url, name = _url(address), named(address)
    backend = url.get_backend_name()
    if backend == "sqlite":
        return _ready(_sqlite(url), name)
    if backend != "postgresql":
        raise CatalogueError(f"{name}: a catalogue is kept on postgresql+psycopg or sqlite")
    return _ready(_postgresql(url.set(drivername="postgresql+psycopg"), name), name)


def named(address: str) -> str:
    """Return an address as it may be shown: without its password.

    >>> named("postgresql+psycopg://ada:secret@server/lab")
    'postgresql+psycopg://ada:***@server/lab'
    """
    return _url(address).render_as_string(hide_password=True)


def _url(address: str) -> sa.URL:
    try:
        return sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        raise CatalogueError(
            "the address of the laboratory's catalogue is not one: "
            "expected postgresql+psycopg://user@host/database"
        ) from None


def _sqlite(url: sa.URL, **options: Any) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S}, **options)

    @sa.event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: Any, record: object) -> None:  # noqa: ARG001
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: sa.URL, name: str) -> sa.Engine:
    """A server that is silent is given up, so that nobody waits for it."""
    try:
        return sa.create_engine(
            url,
            connect_args={
                "connect_timeout": _CONNECT_TIMEOUT_S,
                "tcp_user_timeout": _SILENCE_MS,
                "application_name": "solidcell",
            },
        )
    except ModuleNotFoundError:
        raise CatalogueError(
            f"{name}: PostgreSQL needs psycopg: pip install 'solidcell[postgres]'"
        ) from None


def _ready(engine: sa.Engine, name: str) -> Catalogue:
    catalogue = Catalogue(engine, name)
    try:
        bring_up_to_date(catalogue.reading, catalogue.writing, name)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """Turn an error of the database into one line that says where it was."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        lines = str(cause).strip().splitlines()
        told = f"{name}: {lines[0] if lines else type(cause).__name__}"
        if any(word in told for word in _TORN):
            raise DamagedCatalogueError(told) from error
        raise CatalogueError(told) from error
