"""A report says what the run says, shows what it plots, and hides nothing that is unknown."""

import csv
import json
import math
import re
from dataclasses import fields
from html.parser import HTMLParser

import numpy as np
import pytest
from solidcell.acquisition.record.writer import RunWriter
from solidcell.analysis.critical_current import Criteria
from solidcell.analysis.report import write_report
from solidcell.analysis.report.result_tables import CRITERIA_WORDS
from solidcell.analysis.runs import load_run
from support.prescribed_cell import PrescribedCell
from support.recorded_test import header_of, record_test, settings

CREATED = "2026-01-02T08:00:00+00:00"
pytestmark = pytest.mark.slow  # each lays out a whole report


class TextOf(HTMLParser):
    """The visible text of a page, and the addresses it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.fetched: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {"img": "src", "script": "src", "link": "href", "iframe": "src"}
        self.fetched += [value or "" for name, value in attrs if name == names.get(tag)]


def page_of(files) -> TextOf:
    page = TextOf()
    page.feed(files.html.read_text(encoding="utf-8"))
    return page


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("failed")
    cell = PrescribedCell(short_ohm=lambda t: math.inf if t < 7200 else 17.0)
    run = record_test(
        folder / "a.run.sqlite",
        cell,
        settings((0.2, 0.4, 0.6)),
        details={"name": "pellet <7>", "stack_pressure_pa": 5e6},
    )
    return run, write_report(run, folder / "report", CREATED)


def table(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_the_page_states_the_interval_the_failure_and_its_grade(failed):
    text = " ".join(" ".join(page_of(failed[1]).text).split())
    assert "0.4 < CCD ≤ 0.6 mA/cm²" in text
    assert "soft short" in text
    assert "grade C" in text


def test_what_the_cell_record_leaves_out_is_shown_as_not_given(failed):
    page = failed[1].html.read_text(encoding="utf-8")
    assert re.search(r"<dt>atmosphere</dt><dd>not given</dd>", page)
    assert re.search(r"<dt>stack pressure</dt><dd>5.00 MPa</dd>", page)


def test_the_page_needs_nothing_else_and_escapes_what_people_wrote(failed):
    page = page_of(failed[1])
    assert page.fetched == []
    assert "pellet &lt;7&gt;" in failed[1].html.read_text(encoding="utf-8")


def test_the_pdf_is_one_of_several_pages(failed):
    raw = failed[1].pdf.read_bytes()
    assert raw.startswith(b"%PDF")
    assert raw.count(b"/Type /Page\n") + raw.count(b"/Type /Page ") >= 3


def test_the_hash_in_the_report_is_that_of_the_run_file(failed):
    run, files = failed
    summary = json.loads(files.result.read_text(encoding="utf-8"))
    assert summary["provenance"]["SHA-256 of the rows"] == load_run(run).rows_sha256
    assert summary["provenance"]["report made"] == CREATED


def test_the_csv_of_the_spectra_holds_every_point_as_measured(failed):
    run, files = failed
    rows = table(next(path for path in files.csv if path.stem == "impedance"))
    sweeps = load_run(run).sweeps
    assert len(rows) == sum(s.frequency_hz.size for s in sweeps)
    assert float(rows[20]["z_imag_ohm_cm2"]) == pytest.approx(
        0.785 * sweeps[0].z_ohm[20].imag, rel=1e-6
    )
    assert {row["role"] for row in rows} == {"", "before", "after"}


def test_the_fits_give_the_bulk_and_its_fall(failed):
    fits = failed[1].summary["impedance"]
    first = {r["name"]: r["ohm_cm2"] for r in fits[0]["resistances"]}
    assert first["bulk + GB"] == pytest.approx(26.7, rel=0.02)
    assert first["total"] == pytest.approx(60.4, rel=0.02)


def test_every_threshold_is_printed_in_words():
    assert {f.name for f in fields(Criteria)} == set(CRITERIA_WORDS)


def test_a_long_trace_keeps_its_extremes_and_says_so(tmp_path):
    cell = PrescribedCell()
    path = tmp_path / "long.run.sqlite"
    writer = RunWriter.create(path, header_of(cell))
    number = writer.segment(0.0, "Rest", "rest", {"duration_s": 2e4, "sample_period_s": 1.0}, {})
    for n in range(20_000):
        writer.reading(number, float(n), 5.0 if n == 12_345 else 0.001, 0.0)
    writer.event(2e4, "run_ended", {"reason": "completed", "detail": ""})
    writer.close()
    files = write_report(path, tmp_path / "report", CREATED)
    trace = next(path for path in files.csv if path.stem == "voltage_and_current")
    rows = table(trace)
    assert len(rows) < 5000
    assert max(float(row["voltage_mv"]) for row in rows) == 5000.0
    assert "20000 readings" in trace.read_text(encoding="utf-8")


def test_a_run_that_is_no_critical_current_test_is_reported_too(tmp_path):
    cell = PrescribedCell()
    path = tmp_path / "eis.run.sqlite"
    writer = RunWriter.create(path, header_of(cell))
    number = writer.segment(0.0, "ImpedanceSweep", "sweep at 25 °C", {}, {})
    for point in cell.spectrum():
        z = point.z_ohm
        writer.impedance_point(number, 1.0, point.frequency_hz, z.real, z.imag, 0)
    writer.event(9.0, "run_ended", {"reason": "completed", "detail": ""})
    writer.close()
    files = write_report(path, tmp_path / "report", CREATED)
    text = " ".join(page_of(files).text)
    assert "CCD" not in text
    assert "sweep at 25 °C" in text
    assert files.summary["kind"] == "run"


def test_a_run_still_going_is_reported_as_such(tmp_path):
    path = tmp_path / "going.run.sqlite"
    record_test(path, PrescribedCell(), settings((0.2, 0.4)), stop_after=lambda n: n == 11)
    files = write_report(path, tmp_path / "report", CREATED)
    text = " ".join(page_of(files).text)
    assert "still running, or it broke off" in text
    assert "right-censored" in text


def test_a_run_without_a_single_reading_is_reported(tmp_path):
    path = tmp_path / "empty.run.sqlite"
    RunWriter.create(path, header_of(PrescribedCell())).close()
    files = write_report(path, tmp_path / "report", CREATED)
    assert "Nothing has been measured yet" in " ".join(page_of(files).text)
    assert files.pdf.stat().st_size > 1000


def test_the_charge_on_the_axis_is_the_charge_of_the_half_cycles(failed):
    _, files = failed
    rows = table(next(path for path in files.csv if path.stem == "voltage_and_current"))
    resistance = table(next(path for path in files.csv if path.stem == "resistance"))
    total = np.sum([abs(float(row["charge_mah_cm2"])) for row in resistance])
    assert float(rows[-1]["cumulative_charge_mah_cm2"]) == pytest.approx(total, rel=0.01)
