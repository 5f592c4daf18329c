"""A run file comes back as arrays, whole or as far as it has come."""

import hashlib

import numpy as np
import pytest
from solidcell.acquisition.record.errors import NotARunFileError
from solidcell.analysis.runs import load_run
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "a.run.sqlite"
    return load_run(record_test(path, PrescribedCell(), settings((0.2,), half_cycle_s=300.0)))


def test_every_reading_belongs_to_a_segment_that_lasted_as_long(run):
    halves = [s for s in run.segments if s.kind == "Galvanostatic"]
    assert len(halves) == 4
    for half in halves:
        rows = run.readings_of(half.number)
        assert run.time_s[rows][-1] - half.start_s == pytest.approx(half.duration_s)
        assert np.all(run.segment[rows] == half.number)
        assert half.end == "completed"


def test_spectra_come_as_measured_with_their_tags_and_temperature(run):
    assert [s.tags["phase"] for s in run.sweeps] == ["initial", "formation", "step"]
    sweep = run.sweeps[-1]
    assert np.all(np.diff(sweep.frequency_hz) < 0)
    assert sweep.z_ohm.imag.min() < 0
    assert sweep.temperature_k == pytest.approx(298.15)


def test_the_hash_is_that_of_the_file(run):
    assert run.sha256 == hashlib.sha256(run.path.read_bytes()).hexdigest()


def test_a_run_that_ended_is_finished_and_one_that_broke_off_is_not(run, tmp_path):
    assert run.is_finished
    assert run.end_reason == "completed"
    path = tmp_path / "b.run.sqlite"
    record_test(path, PrescribedCell(), settings((0.2,)), stop_after=lambda n: n == 5)
    broken = load_run(path)
    assert not broken.is_finished
    assert broken.end_reason is None


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "other.run.sqlite"
    path.write_text("not a database", encoding="utf-8")
    with pytest.raises(NotARunFileError, match=r"^other\.run\.sqlite is no run file"):
        load_run(path)
