"""A run of a million rows is in view at once: an overview first, and then every reading."""

import sys

import numpy as np
import pytest
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.gui.live_run import LiveRun
from solidcell.gui.opened_run import open_run
from solidcell.gui.tail import OVERVIEW_READINGS, Tail
from support.runs import header

PATIENCE_MS = 20_000
ROWS = 3 * OVERVIEW_READINGS


@pytest.fixture(scope="module")
def long_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("long") / "2026-01-01T120000_A1_long"
    folder.mkdir()
    path = folder / f"{folder.name}.run.sqlite"
    with RunWriter.create(path, header(cell={"electrode_area_m2": 1e-4})) as writer:
        settings = {"sample_period_s": 1.0}
        for k in range(6):
            number = writer.segment(k * ROWS / 6, "Galvanostatic", f"half-cycle {k}", settings, {})
            for n in range(k * ROWS // 6, (k + 1) * ROWS // 6):
                writer.reading(number, float(n), 0.01 * (n % 7), 1e-3)
            writer.event((k + 1) * ROWS / 6, "segment_ended", {"number": number})
    return path


def test_an_overview_has_the_first_and_the_newest_reading_and_every_event(long_file):
    run = open_run(long_file, overview_above=100).run
    with RunReader(long_file) as reader:
        assert run.rows == reader.last_seq()
        assert run.events == reader.events()
        assert run.segments == reader.segments()
    assert run.is_overview
    assert (run.time_s[0], run.time_s[-1]) == (0.0, ROWS - 1.0)
    assert 0.9 * OVERVIEW_READINGS < run.time_s.size <= OVERVIEW_READINGS
    assert np.diff(run.time_s).max() < 10.0


def test_what_an_overview_leaves_out_is_no_gap_and_breaks_no_line(long_file):
    run = open_run(long_file, overview_above=100).run
    assert run.gaps == 0
    assert run.breaks.size == 0


def test_reading_on_after_an_overview_gives_what_came_later_once(long_file, tmp_path):
    live = tmp_path / "live.run.sqlite"
    with RunWriter.create(live, header()) as writer:
        number = writer.segment(0.0, "Rest", "rest", {}, {})
        for n in range(200):
            writer.reading(number, float(n), 0.0, 0.0)
        writer.commit()
        opened = open_run(live, overview_above=100)
        for n in range(200, 230):
            writer.reading(number, float(n), 0.0, 0.0)
        writer.commit()
        tail = Tail(live, opened.place)
        opened.run.add(tail.read())
        assert tail.read().count == 0
        tail.close()
    assert opened.run.time_s[-31:].tolist() == [float(n) for n in range(199, 230)]
    assert opened.run.rows == 231


def test_an_overview_of_a_run_without_readings_is_empty(tmp_path):
    path = tmp_path / "empty.run.sqlite"
    RunWriter.create(path, header()).close()
    tail = Tail(path)
    run = LiveRun(tail.header)
    run.add_overview(tail.read_overview(), 0)
    tail.close()
    assert (run.rows, run.time_s.size) == (0, 0)


@pytest.mark.slow
def test_the_window_shows_an_overview_and_then_every_reading_and_keeps_the_view(
    window, qtbot, long_file
):
    page = window.page
    window.show()
    page.show_run(open_run(long_file, overview_above=100))
    assert page.run.is_overview
    assert "overview" in page.traces.shown.text()
    page.traces.span.setCurrentText("Last 10 min")
    qtbot.waitUntil(lambda: not page.run.is_overview, timeout=PATIENCE_MS)
    whole = open_run(long_file, sys.maxsize).run
    assert page.run.time_s.tolist() == whole.time_s.tolist()
    assert page.run.rows == whole.rows
    assert page.traces.span.currentText() == "Last 10 min"
    assert "overview" not in page.traces.shown.text()
    qtbot.waitUntil(lambda: page.evidence is not None, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_a_run_left_while_it_is_read_does_not_come_back(window, qtbot, long_file, recorded_run):
    page = window.page
    page.show_run(open_run(long_file, overview_above=100))
    page.show_run(open_run(recorded_run))
    qtbot.waitUntil(lambda: page.evidence is not None, timeout=PATIENCE_MS)
    assert page.run_file == recorded_run
    assert not page.run.is_overview
