"""Run files of earlier versions are read as they are, and brought up to date to be gone on with."""

import json
import sqlite3
from dataclasses import asdict

import pytest
from solidcell.acquisition.record.migrations import SCHEMA_VERSION
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.schema import APPLICATION_ID
from solidcell.acquisition.record.writer import RunWriter
from support.runs import header

VERSION_1 = (
    "CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE segment (seq INTEGER PRIMARY KEY, number INTEGER, elapsed_s REAL, kind TEXT, "
    "name TEXT, settings TEXT, tags TEXT) STRICT",
    "CREATE TABLE reading (seq INTEGER PRIMARY KEY, segment INTEGER, elapsed_s REAL, "
    "voltage_v REAL, current_a REAL, temperature_k REAL, stack_pressure_pa REAL, flags INTEGER) "
    "STRICT",
    "CREATE TABLE impedance_point (seq INTEGER PRIMARY KEY, segment INTEGER, elapsed_s REAL, "
    "frequency_hz REAL, z_real_ohm REAL, z_imag_ohm REAL, flags INTEGER) STRICT",
    "CREATE TABLE event (seq INTEGER PRIMARY KEY, elapsed_s REAL, utc TEXT, kind TEXT, body TEXT) "
    "STRICT",
    "INSERT INTO segment VALUES (1, 0, 0.0, 'ImpedanceSweep', 'eis', '{}', '{}')",
    "INSERT INTO impedance_point VALUES (2, 0, 1.0, 1e3, 10.0, -5.0, 0)",
    "INSERT INTO reading VALUES (3, 0, 2.0, 0.1, 1e-3, NULL, NULL, 0)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    "PRAGMA user_version = 1",
)


@pytest.fixture
def file_of_version_1(tmp_path):
    path = tmp_path / "ccd.run.sqlite"
    db = sqlite3.connect(path, isolation_level=None)
    for statement in VERSION_1:
        db.execute(statement)
    stored = [(key, json.dumps(value)) for key, value in asdict(header()).items()]
    db.executemany("INSERT INTO run VALUES (?, ?)", stored)
    db.close()
    return path


def test_a_file_of_the_first_version_is_read_as_it_is(file_of_version_1):
    before = file_of_version_1.read_bytes()
    with RunReader(file_of_version_1) as run:
        (point,) = run.impedance_points()
        assert (point.z_imag_ohm, point.temperature_k) == (-5.0, None)
        assert run.auxiliary_readings() == []
        assert run.counts()["auxiliary_reading"] == 0
        assert (run.last_seq(), run.last_elapsed_s()) == (3, 2.0)
    assert file_of_version_1.read_bytes() == before


def test_a_file_of_the_first_version_is_brought_up_to_date_when_its_run_goes_on(file_of_version_1):
    with RunWriter.append_to(file_of_version_1) as writer:
        writer.impedance_point(0, 3.0, 1e2, 11.0, -6.0, 0, 333.15, 5e6)
        writer.auxiliary(4.0, "oven", 333.15, "K")
    with RunReader(file_of_version_1) as run:
        old, new = run.impedance_points()
        (beside,) = run.auxiliary_readings()
    assert (old.seq, old.z_real_ohm, old.temperature_k) == (2, 10.0, None)
    assert (new.temperature_k, new.stack_pressure_pa) == (333.15, 5e6)
    assert (beside.seq, beside.name, beside.value, beside.unit) == (5, "oven", 333.15, "K")


def test_a_file_that_was_brought_up_to_date_is_as_a_new_one(file_of_version_1, tmp_path):
    RunWriter.append_to(file_of_version_1).close()
    RunWriter.create(tmp_path / "new.run.sqlite", header()).close()
    tables = ("impedance_point", "auxiliary_reading")
    triggers = (
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? ORDER BY name"
    )
    found = []
    for file in (file_of_version_1, tmp_path / "new.run.sqlite"):
        db = sqlite3.connect(file)
        columns = [[row[1:3] for row in db.execute(f"PRAGMA table_info({t})")] for t in tables]
        found.append((columns, db.execute(triggers, ("auxiliary_reading",)).fetchall()))
        assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        db.execute("INSERT INTO auxiliary_reading VALUES (9, 0.0, 'a', 1.0, 'K')")
        for statement in (
            "DELETE FROM auxiliary_reading",
            "UPDATE auxiliary_reading SET value = 2",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)
        db.close()
    assert found[0] == found[1]
