"""A laboratory's catalogue for tests: on SQLite, and on a real PostgreSQL where there is one."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
import sqlalchemy as sa
from support.postgres_server import postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server's own database."""
    with postgres_server() as address:
        yield address


@pytest.fixture(scope="session")
def new_database(postgres: str) -> Iterator[Callable[[], str]]:
    """Makes an empty database on that server and gives its address."""
    numbers = count(1)
    engine = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")

    def make() -> str:
        name = f"lab{next(numbers)}"
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        return postgres.replace("/postgres?", f"/{name}?")

    yield make
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def lab_address(request: pytest.FixtureRequest, tmp_path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'lab-of-all.sqlite').as_posix()}"
    return request.getfixturevalue("new_database")()
