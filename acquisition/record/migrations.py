"""Numbered schema changes. A released function is never edited again and imports nothing of ours.

Position ``n`` of ``MIGRATIONS`` brings a file from version ``n + 1`` to ``n + 2``, and only adds:
no row that is there is touched. A file is brought up to date when a run that broke off is gone on
with; any other file is read as it is.
"""

import sqlite3
from collections.abc import Callable
from typing import Final


def _temperature_with_spectra(db: sqlite3.Connection) -> None:
    """Version 2: temperature and pressure of each point, and readings of auxiliary lines."""
    for statement in (
        "ALTER TABLE impedance_point ADD COLUMN temperature_k REAL",
        "ALTER TABLE impedance_point ADD COLUMN stack_pressure_pa REAL",
        """CREATE TABLE auxiliary_reading (
            seq       INTEGER PRIMARY KEY,
            elapsed_s REAL NOT NULL,
            name      TEXT NOT NULL,
            value     REAL NOT NULL,
            unit      TEXT NOT NULL
        ) STRICT""",
        """CREATE TRIGGER auxiliary_reading_is_never_changed BEFORE UPDATE ON auxiliary_reading
            BEGIN SELECT RAISE(ABORT, 'a run file is append-only'); END""",
        """CREATE TRIGGER auxiliary_reading_is_never_removed BEFORE DELETE ON auxiliary_reading
            BEGIN SELECT RAISE(ABORT, 'a run file is append-only'); END""",
        """CREATE TRIGGER auxiliary_reading_only_at_the_end BEFORE INSERT ON auxiliary_reading
            WHEN NEW.seq <= (SELECT max(seq) FROM auxiliary_reading)
            BEGIN SELECT RAISE(ABORT, 'a run file is append-only'); END""",
    ):
        db.execute(statement)


MIGRATIONS: Final[tuple[Callable[[sqlite3.Connection], None], ...]] = (_temperature_with_spectra,)
SCHEMA_VERSION: Final = 1 + len(MIGRATIONS)
"""The version that this program writes; ``PRAGMA user_version`` of a new file."""


def bring_up_to_date(db: sqlite3.Connection) -> None:
    """Bring an open run file to ``SCHEMA_VERSION``, all at once or not at all.

    Raises ``sqlite3.Error`` if the file cannot be written to; it is then as it was.
    """
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version >= SCHEMA_VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        for migrate in MIGRATIONS[version - 1 :]:
            migrate(db)
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
