"""The tables of a run file, and what the file itself refuses.

``seq`` is one sequence across all tables: a reader that remembers the last one it saw can ask
each table for what came after. SI units; a capacitive ``z_imag_ohm`` is negative.
"""

from typing import Final

from .migrations import SCHEMA_VERSION

APPLICATION_ID: Final = 0x53434C52
"""``SCLR`` in ASCII: what ``file`` and SQLite see in the header of a run file."""

_TABLES: Final = """
CREATE TABLE run (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
CREATE TABLE segment (
    seq       INTEGER PRIMARY KEY,
    number    INTEGER NOT NULL UNIQUE,
    elapsed_s REAL NOT NULL,
    kind      TEXT NOT NULL,
    name      TEXT NOT NULL,
    settings  TEXT NOT NULL CHECK (json_valid(settings)),
    tags      TEXT NOT NULL CHECK (json_valid(tags))
) STRICT;
CREATE TABLE reading (
    seq               INTEGER PRIMARY KEY,
    segment           INTEGER NOT NULL,
    elapsed_s         REAL NOT NULL,
    voltage_v         REAL NOT NULL,
    current_a         REAL NOT NULL,
    temperature_k     REAL,
    stack_pressure_pa REAL,
    flags             INTEGER NOT NULL
) STRICT;
CREATE TABLE impedance_point (
    seq               INTEGER PRIMARY KEY,
    segment           INTEGER NOT NULL,
    elapsed_s         REAL NOT NULL,
    frequency_hz      REAL NOT NULL CHECK (frequency_hz > 0),
    z_real_ohm        REAL NOT NULL,
    z_imag_ohm        REAL NOT NULL,
    flags             INTEGER NOT NULL,
    temperature_k     REAL,
    stack_pressure_pa REAL
) STRICT;
CREATE TABLE auxiliary_reading (
    seq       INTEGER PRIMARY KEY,
    elapsed_s REAL NOT NULL,
    name      TEXT NOT NULL,
    value     REAL NOT NULL,
    unit      TEXT NOT NULL
) STRICT;
CREATE TABLE event (
    seq       INTEGER PRIMARY KEY,
    elapsed_s REAL NOT NULL,
    utc       TEXT NOT NULL,
    kind      TEXT NOT NULL,
    body      TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
"""

SEQUENCED: Final = ("segment", "reading", "impedance_point", "auxiliary_reading", "event")
"""The tables that share ``seq``."""

_NEVER_CHANGED: Final = """
CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, 'a run file is append-only'); END;
CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, 'a run file is append-only'); END;
"""

# INSERT OR REPLACE deletes without firing a delete trigger, so old keys are refused here.
_ONLY_AT_THE_END: Final = """
CREATE TRIGGER {table}_only_at_the_end BEFORE INSERT ON {table}
    WHEN NEW.seq <= (SELECT max(seq) FROM {table})
    BEGIN SELECT RAISE(ABORT, 'a run file is append-only'); END;
"""

_HEADER_ONCE: Final = """
CREATE TRIGGER run_is_written_once BEFORE INSERT ON run
    WHEN EXISTS (SELECT 1 FROM run WHERE key = NEW.key)
    BEGIN SELECT RAISE(ABORT, 'a run file is append-only'); END;
"""


def creation_script() -> str:
    """The statements that turn an empty database into an empty run file, in one transaction."""
    return "".join(
        [
            "BEGIN;",
            f"PRAGMA application_id = {APPLICATION_ID};",
            f"PRAGMA user_version = {SCHEMA_VERSION};",
            _TABLES,
            *(_NEVER_CHANGED.format(table=table) for table in ("run", *SEQUENCED)),
            *(_ONLY_AT_THE_END.format(table=table) for table in SEQUENCED),
            _HEADER_ONCE,
            "COMMIT;",
        ]
    )
