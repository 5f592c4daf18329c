"""A catalogue of any released revision is brought up to date with all that it holds."""

import shutil
import sqlite3
from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from solidcell.acquisition.catalogue import migrate
from solidcell.acquisition.catalogue.database import Catalogue, open_file, open_lab
from solidcell.acquisition.catalogue.migrate import HEAD, VERSIONS, upgrade
from solidcell.acquisition.catalogue.problems import CatalogueError, NewerCatalogueError
from solidcell.acquisition.catalogue.refresh import refresh
from solidcell.acquisition.catalogue.search import Search, find
from solidcell.acquisition.catalogue.tables import METADATA
from support.catalogued_runs import content, make_run, set_times, write_result

CELL_OF_0001 = {
    "digest": "d1",
    "name": "cell 1",
    "name_folded": "cell 1",
    "electrolyte": "LLZO",
    "electrolyte_folded": "llzo",
    "record": {"name": "cell 1"},
}
RUN_OF_0001 = {
    "key": "k1",
    "uuid": "k1",
    "path": "r1/r1.run.sqlite",
    "fingerprint": "1 5:5",
    "run_id": "r1",
    "channel": "A1",
    "channel_folded": "a1",
    "operator": "ada",
    "host": "bench",
    "software_version": "0.1.0",
    "created_utc": "2026-01-01T12:00:00+00:00",
    "created": datetime(2026, 1, 1, 12),
    "reason": "completed",
    "detail": "",
    "safe": True,
    "elapsed_s": 3.0,
    "last_seq": 7,
    "segments": 1,
    "spectra": 0,
    "readings": 5,
    "impedance_points": 0,
    "charge_c": 0.5,
    "moved_charge_c": 0.5,
    "protocol_kind": "eis",
    "protocol_kind_folded": "eis",
    "protocol_name": "",
    "protocol_name_folded": "",
    "protocol": {},
    "cell_digest": "d1",
    "sealed": False,
    "search_text": "r1",
    "content_sha256": "0" * 64,
}


def made_by_revision_0001(address):
    """A catalogue as the first revision left it, with a run in it."""
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        upgrade(connection, to="0001")
        for name, row in (("cell", CELL_OF_0001), ("run", RUN_OF_0001)):
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            connection.execute(table.insert(), row)
    engine.dispose()


def test_what_the_first_revision_held_is_found_after_all_later_ones(lab_address):
    made_by_revision_0001(lab_address)
    with open_lab(lab_address) as catalogue:
        (run,) = find(catalogue, Search(electrolyte="LLZO"))
        assert (run.run_id, run.readings, run.cell, run.ended_as) == (
            "r1",
            5,
            "cell 1",
            "completed",
        )
        assert run.created.isoformat() == "2026-01-01T12:00:00+00:00"
        assert run.passed_a_m2 is None
        held = content(catalogue, apart=set())
    assert held["run"][0]["fingerprint"] == ""  # so that its file is read for a result
    with open_lab(lab_address) as catalogue:
        assert content(catalogue, apart=set()) == held


def test_a_bench_that_had_the_first_revision_gets_its_results_by_the_next_refresh(tmp_path):
    write_result(make_run(tmp_path, "r1"), passed_ma_cm2=2.0)
    set_times(tmp_path, 1.0e9)
    file = tmp_path / "lab.sqlite"
    made_by_revision_0001(f"sqlite:///{file.as_posix()}")
    with open_file(file) as catalogue:
        refresh(catalogue, tmp_path)
        (run,) = find(catalogue, Search())
        assert (run.readings, run.passed_a_m2) == (3, 20.0)


def test_the_migrations_make_the_very_tables_that_the_program_uses(lab_address):
    open_lab(lab_address).close()
    engine = sa.create_engine(lab_address)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_revisions_are_numbered_one_after_the_other():
    files = sorted(file.stem for file in VERSIONS.glob("revision_*.py"))
    assert files == [f"revision_{n:04}" for n in range(1, len(files) + 1)]
    assert files[-1] == f"revision_{HEAD}"


def test_a_newer_catalogue_is_refused_and_left_as_it_is(lab_address):
    open_lab(lab_address).close()
    engine = sa.create_engine(lab_address)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerCatalogueError, match=r"revision 9999.*up to 0002.*update this one"):
        open_lab(lab_address)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        assert found == "9999"
    engine.dispose()


def test_a_database_with_a_table_run_of_another_program_is_refused(lab_address):
    engine = sa.create_engine(lab_address)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE run (name TEXT)")
    engine.dispose()
    with pytest.raises(CatalogueError, match="something else"):
        open_lab(lab_address)


def test_a_step_that_fails_half_way_leaves_the_catalogue_as_it_was(
    lab_address, tmp_path, monkeypatch
):
    made_by_revision_0001(lab_address)
    broken = tmp_path / "versions"
    shutil.copytree(VERSIONS, broken)
    last = broken / "revision_0002.py"
    text = last.read_text(encoding="utf-8")
    last.write_text(f'{text}    op.execute("UPDATE nowhere SET a = 1")\n', encoding="utf-8")
    defaults = (migrate.HEAD, broken)
    monkeypatch.setattr(migrate.upgrade, "__defaults__", defaults)
    with pytest.raises(CatalogueError, match="nowhere"):
        open_lab(lab_address)
    monkeypatch.undo()
    with open_lab(lab_address) as catalogue:
        assert isinstance(catalogue, Catalogue)
        assert [run.run_id for run in find(catalogue, Search())] == ["r1"]


def test_a_catalogue_says_what_it_is_to_other_programs(tmp_path):
    open_file(tmp_path / "lab.sqlite").close()
    db = sqlite3.connect(tmp_path / "lab.sqlite")
    assert db.execute("PRAGMA application_id").fetchone() == (0x53434C42,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()


def test_the_migrated_database_of_another_program_is_refused(tmp_path):
    file = tmp_path / "lab.sqlite"
    db = sqlite3.connect(file)
    db.execute("CREATE TABLE alembic_version (version_num TEXT)")
    db.execute(f"INSERT INTO alembic_version VALUES ('{HEAD}')")
    db.commit()
    db.close()
    with pytest.raises(CatalogueError, match="a database of something else: application_id 0x0"):
        open_file(file)
