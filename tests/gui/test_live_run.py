"""A run grows row by row; the window must know it as well as somebody who reads it whole."""

import numpy as np
import pytest
from solidcell.acquisition.record.errors import NotARunFileError
from solidcell.acquisition.record.writer import RunWriter
from solidcell.gui.live_run import LiveRun
from solidcell.gui.tail import Tail
from support.runs import header

CELL = {"electrode_area_m2": 1e-4}


@pytest.fixture
def writer(tmp_path):
    with RunWriter.create(tmp_path / "r.run.sqlite", header(cell=CELL)) as writer:
        yield writer


def read_to_the_end(tail: Tail) -> LiveRun:
    run = LiveRun(tail.header)
    while (rows := tail.read()).count:
        run.add(rows)
    tail.close()
    return run


def of(writer: RunWriter) -> LiveRun:
    writer.commit()
    return read_to_the_end(Tail(writer.path))


def half_cycle(writer, start_s, count, *, current_a=1e-3, period_s=1.0, **tags) -> int:
    settings = {"sample_period_s": period_s}
    number = writer.segment(start_s, "Galvanostatic", "step", settings, tags)
    for n in range(count):
        writer.reading(number, start_s + n * period_s, 0.01 * n, current_a)
    return number


def test_helpings_make_the_same_run_as_reading_it_whole(recorded_run, monkeypatch):
    monkeypatch.setattr("solidcell.gui.tail.HELPING_ROWS", 97)
    by_helpings = read_to_the_end(Tail(recorded_run))
    tail = Tail(recorded_run)
    whole = LiveRun(tail.header)
    whole.add(tail.read_all())
    tail.close()
    assert by_helpings.rows == whole.rows > 500
    assert np.array_equal(by_helpings.time_s, whole.time_s)
    assert np.array_equal(by_helpings.voltage_v, whole.voltage_v)
    assert np.array_equal(by_helpings.breaks, whole.breaks)
    assert [s.label for s in by_helpings.spectra()] == [s.label for s in whole.spectra()]
    assert by_helpings.has_ended


def test_rows_written_later_are_read_once(writer):
    half_cycle(writer, 0.0, 5)
    writer.commit()
    tail = Tail(writer.path)
    run = LiveRun(tail.header)
    run.add(tail.read())
    half_cycle(writer, 5.0, 3)
    writer.commit()
    run.add(tail.read())
    assert tail.read().count == 0
    tail.close()
    assert run.time_s.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert run.elapsed_s == 7.0


@pytest.mark.parametrize("helping", [2, 2000])
def test_no_line_joins_the_parts_of_a_segment_that_was_paused(writer, monkeypatch, helping):
    monkeypatch.setattr("solidcell.gui.tail.HELPING_ROWS", helping)
    first = half_cycle(writer, 0.0, 5)
    half_cycle(writer, 5.5, 3, continues=first)
    half_cycle(writer, 9.0, 4, continues=first)
    half_cycle(writer, 13.0, 2)
    assert of(writer).breaks.tolist() == [5, 8]


def test_a_current_of_one_milliampere_on_one_square_centimetre_is_shown_as_one(writer):
    half_cycle(writer, 0.0, 2, current_a=-1e-3)
    assert of(writer).current_density_ma_cm2 == pytest.approx([-1.0, -1.0])


def test_a_capacitive_impedance_is_drawn_upwards_per_area(writer):
    number = writer.segment(0.0, "ImpedanceSweep", "impedance", {}, {"phase": "initial"})
    writer.impedance_point(number, 1.0, 1e3, 50.0, -20.0, 0)
    (spectrum,) = of(writer).spectra()
    assert spectrum.real_ohm_cm2 == pytest.approx([50.0])
    assert spectrum.minus_imag_ohm_cm2 == pytest.approx([20.0])
    assert spectrum.label == "initial"


def test_the_trace_is_broken_by_a_sweep_and_not_by_the_next_half_cycle(writer):
    half_cycle(writer, 0.0, 3)
    half_cycle(writer, 3.0, 3)
    writer.segment(6.0, "ImpedanceSweep", "impedance", {}, {})
    half_cycle(writer, 200.0, 3)
    run = of(writer)
    assert run.breaks.tolist() == [6]
    assert run.gaps == 0


def test_missing_readings_count_as_a_gap_and_break_the_trace(writer):
    number = half_cycle(writer, 0.0, 3)
    writer.reading(number, 60.0, 0.0, 1e-3)
    run = of(writer)
    assert run.breaks.tolist() == [3]
    assert run.gaps == 1


def test_late_rows_of_a_fast_clock_are_no_gap(tmp_path):
    fast = header(cell=CELL, clock_speed=2000.0)
    with RunWriter.create(tmp_path / "fast.run.sqlite", fast) as writer:
        number = half_cycle(writer, 0.0, 3)
        writer.reading(number, 60.0, 0.0, 1e-3)
        assert of(writer).gaps == 0


def test_steps_are_marked_where_they_begin(writer):
    for step, start_s in enumerate((0.0, 20.0)):
        for cycle in (0, 1):
            half_cycle(
                writer,
                start_s + 10 * cycle,
                2,
                phase="step",
                step=step,
                current_density_ma_cm2=0.2 * (step + 1),
            )
    marks = of(writer).step_marks()
    assert [(m.time_s, m.current_density_ma_cm2) for m in marks] == [(0.0, 0.2), (20.0, 0.4)]


def test_a_run_without_an_end_goes_on_and_one_with_an_end_does_not(writer):
    half_cycle(writer, 0.0, 2)
    assert of(writer).current_segment.name == "step"
    writer.event(3.0, "run_ended", {"reason": "stopped", "detail": ""})
    ended = of(writer)
    assert ended.has_ended
    assert ended.current_segment is None


def test_a_file_that_is_no_run_is_refused(tmp_path):
    (tmp_path / "notes.run.sqlite").write_text("nothing", encoding="utf-8")
    with pytest.raises(NotARunFileError):
        Tail(tmp_path / "notes.run.sqlite")
