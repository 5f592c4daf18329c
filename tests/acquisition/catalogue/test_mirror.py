"""Many benches, one laboratory: what is sent, what is not, and what is never mixed up."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.catalogue import mirror as mirroring
from solidcell.acquisition.catalogue.database import open_in_memory, open_lab
from solidcell.acquisition.catalogue.mirror import Mirrored, mirror
from solidcell.acquisition.catalogue.problems import CatalogueError
from solidcell.acquisition.catalogue.refresh import refresh
from solidcell.acquisition.catalogue.search import Search, find
from support.catalogued_runs import content, go_on, make_run, write_result


@pytest.fixture
def lab(lab_address):
    with open_lab(lab_address) as opened:
        yield opened


def mirrored(data, lab, bench="bench-1"):
    with open_in_memory() as own:
        refresh(own, data)
        return mirror(own, lab, bench=bench, data_dir=data)


def test_ended_runs_are_sent_with_their_cells_and_results(tmp_path, lab):
    path = make_run(tmp_path, "r1", cell={"name": "c1", "electrolyte": "LLZO"})
    write_result(path, passed_ma_cm2=1.0)
    make_run(tmp_path, "still-running", reason=None)
    make_run(tmp_path, "torn").write_bytes(b"torn")
    assert mirrored(tmp_path, lab) == Mirrored(sent=1, unchanged=0, not_ended=1, unreadable=1)
    (run,) = find(lab, Search(electrolyte="LLZO"))
    assert (run.bench, run.path, run.cell) == ("bench-1", path.resolve().as_posix(), "c1")
    assert (run.ended_as, run.passed_a_m2, run.readings) == ("completed", 10.0, 3)


def test_a_second_mirror_changes_nothing(tmp_path, lab):
    for number in range(3):
        write_result(make_run(tmp_path, f"r{number}"), passed_ma_cm2=number)
    mirrored(tmp_path, lab)
    before = content(lab, apart=set())
    assert mirrored(tmp_path, lab) == Mirrored(sent=0, unchanged=3, not_ended=0, unreadable=0)
    assert content(lab, apart=set()) == before


def test_two_benches_with_runs_of_one_name_do_not_collide(tmp_path, lab):
    for bench in ("bench-1", "bench-2"):
        make_run(tmp_path / bench, "r1", host=bench, operator=bench)
        mirrored(tmp_path / bench, lab, bench)
    assert {(run.bench, run.run_id, run.operator) for run in find(lab, Search())} == {
        ("bench-1", "r1", "bench-1"),
        ("bench-2", "r1", "bench-2"),
    }


def test_a_run_that_ends_and_is_analysed_later_is_sent_then(tmp_path, lab):
    path = make_run(tmp_path, "r1", reason=None)
    assert mirrored(tmp_path, lab).sent == 0
    go_on(path, reason="stopped")
    assert mirrored(tmp_path, lab).sent == 1
    write_result(path, passed_ma_cm2=1.0, made="2026-01-03T00:00:00Z")
    assert mirrored(tmp_path, lab).sent == 1
    write_result(path, passed_ma_cm2=2.0, made="2026-01-04T00:00:00Z")
    assert mirrored(tmp_path, lab).sent == 1
    (run,) = find(lab, Search())
    assert (run.ended_as, run.passed_a_m2) == ("stopped", 20.0)


def test_sealing_a_run_is_told_to_the_laboratory(tmp_path, lab):
    path = make_run(tmp_path, "r1")
    mirrored(tmp_path, lab)
    (path.parent / "r1.seal.json").write_text("{}", encoding="utf-8")
    assert mirrored(tmp_path, lab).sent == 1
    assert [run.sealed for run in find(lab, Search())] == [True]
    assert mirrored(tmp_path, lab).sent == 0


def test_a_copy_of_a_run_on_another_bench_is_the_same_run(tmp_path, lab):
    write_result(make_run(tmp_path / "first", "r1"), passed_ma_cm2=1.0)
    shutil.copytree(tmp_path / "first", tmp_path / "archive")
    mirrored(tmp_path / "first", lab, "first")
    assert mirrored(tmp_path / "archive", lab, "archive").sent == 0
    assert [run.bench for run in find(lab, Search())] == ["first"]
    write_result(tmp_path / "archive/r1/r1.run.sqlite", 3.0, made="2026-02-01T00:00:00Z")
    assert mirrored(tmp_path / "archive", lab, "archive").sent == 1
    assert mirrored(tmp_path / "first", lab, "first").sent == 0
    assert [run.passed_a_m2 for run in find(lab, Search())] == [30.0]


def test_of_two_copies_on_one_bench_the_longer_is_sent(tmp_path, lab):
    path = make_run(tmp_path, "r1", reason=None)
    shutil.copytree(path.parent, tmp_path / "copy")
    copied = tmp_path / "copy" / "copy.run.sqlite"
    (tmp_path / "copy" / "r1.run.sqlite").rename(copied)
    go_on(path, readings=5, reason="completed")
    go_on(copied, readings=1, reason="completed")
    assert mirrored(tmp_path, lab).sent == 1
    assert [run.readings for run in find(lab, Search())] == [8]
    assert mirrored(tmp_path, lab).sent == 0


def test_what_a_failure_cut_short_is_sent_by_the_next_mirror(tmp_path, lab, monkeypatch):
    for number in range(5):
        make_run(tmp_path, f"r{number}")
    monkeypatch.setattr(mirroring, "_RUNS_AT_ONCE", 2)
    sent = []

    def fails_in_the_middle(connection, table, rows, only_where=None):
        sent.append(table.name)
        if sent.count("run") == 2:
            raise CatalogueError("the cable was pulled")
        return upsert(connection, table, rows, only_where)

    upsert = mirroring.upsert
    monkeypatch.setattr(mirroring, "upsert", fails_in_the_middle)
    with pytest.raises(CatalogueError, match="cable"):
        mirrored(tmp_path, lab)
    assert len(find(lab, Search())) == 2
    monkeypatch.setattr(mirroring, "upsert", upsert)
    assert mirrored(tmp_path, lab) == Mirrored(sent=3, unchanged=2, not_ended=0, unreadable=0)


@pytest.mark.slow
def test_benches_may_mirror_into_an_empty_laboratory_at_the_same_moment(tmp_path, lab_address):
    benches = [f"bench-{number}" for number in range(4)]
    for bench in benches:
        for number in range(3):
            make_run(tmp_path / bench, f"r{number}", host=bench, cell={"name": f"c{number}"})

    def send(bench):
        with open_lab(lab_address) as lab:
            return mirrored(tmp_path / bench, lab, bench).sent

    with ThreadPoolExecutor(len(benches)) as at_once:
        assert list(at_once.map(send, benches)) == [3, 3, 3, 3]
    with open_lab(lab_address) as lab:
        assert len({run.uuid for run in find(lab, Search())}) == 12
        assert len(content(lab)["cell"]) == 3


@pytest.mark.slow
def test_a_server_that_is_away_is_named_without_its_password(postgres, tmp_path):
    away = postgres.replace("solidcell@", "ada:secret@").replace("host=", "host=/nowhere")
    with pytest.raises(CatalogueError, match=r"ada:\*\*\*@") as told:
        open_lab(away)
    assert "secret" not in str(told.value)


@pytest.mark.slow
def test_a_server_that_went_away_is_reached_again_once_it_is_back(tmp_path, new_database):
    make_run(tmp_path, "r1")
    address = new_database()
    with open_lab(address) as lab:
        mirrored(tmp_path, lab)
        make_run(tmp_path, "r2")
        with open_lab(address) as another, another.writing() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with pytest.raises(CatalogueError):
            mirrored(tmp_path, lab)
        assert mirrored(tmp_path, lab).sent == 1


@pytest.mark.parametrize(
    "address", ["mysql://a@b/c", "postgres://a@b/c", "nonsense", "", "postgresql://u:p@h:x/y"]
)
def test_an_address_that_is_none_is_refused_with_what_is_expected(address):
    with pytest.raises(CatalogueError, match="postgresql"):
        open_lab(address)


@pytest.mark.slow
@settings(max_examples=6)
@given(
    doings=st.lists(
        st.tuples(st.sampled_from(["first", "second"]), st.integers(0, 2), st.booleans()),
        min_size=2,
        max_size=8,
    )
)
def test_in_whatever_order_benches_mirror_the_laboratory_ends_with_every_run(
    tmp_path_factory, doings
):
    folder = tmp_path_factory.mktemp("benches")
    with open_lab("sqlite://") as lab:
        made = set()
        for bench, number, sends in doings:
            if (bench, number) not in made:
                make_run(folder / bench, f"r{number}", host=bench)
                made.add((bench, number))
            if sends:
                mirrored(folder / bench, lab, bench)
        for bench in {bench for bench, _ in made}:
            mirrored(folder / bench, lab, bench)
        assert {(run.bench, run.run_id) for run in find(lab, Search())} == {
            (bench, f"r{number}") for bench, number in made
        }
