"""A report of a temperature series says its energies, how warm it was, and who measured it."""

import csv
import json
import math
import re

import pytest
from solidcell.acquisition.record.writer import RunWriter
from solidcell.analysis.report import write_report
from solidcell.analysis.report.instruments import instrument_table
from solidcell.analysis.report.series import series_of
from solidcell.analysis.report.surroundings import (
    ASKED,
    soak_grid,
    soak_table,
    soaks_of,
    surroundings_table,
)
from solidcell.analysis.runs import load_run
from support.runs import header
from support.temperature_run import (
    AREA_M2,
    BULK_EV,
    INTERFACE_EV,
    TEMPERATURES_C,
    resistances_ohm,
    write_series,
)

WAITED_S = 900.0


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("series")
    return load_run(write_series(folder / "a.run.sqlite", waits_s=WAITED_S))


@pytest.fixture(scope="module")
def files(run):
    return write_report(run.path, run.path.parent / "report", "2026-01-02T08:00:00+00:00")


def table(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.mark.slow
def test_the_energies_are_those_of_the_cell_in_headline_table_and_data(files):
    lines = {one["process"]: one for one in files.summary["temperature_series"]["lines"]}
    for name, truth_ev in (("bulk + GB", BULK_EV), ("interface", INTERFACE_EV)):
        found_ev, error_ev = (
            lines[name][key] for key in ("activation_energy_ev", "standard_error_ev")
        )
        assert abs(found_ev - truth_ev) < 5 * error_ev < 0.005
    page = files.html.read_text(encoding="utf-8")
    assert "Temperature series: pellet 9" in page
    told = re.search(r"<strong>bulk \+ GB ([\d.]+) ± [\d.]+ eV, interface ([\d.]+) ±", page)
    assert [float(text) for text in told.groups()] == pytest.approx(
        [BULK_EV, INTERFACE_EV], abs=0.005
    )
    assert json.loads(files.result.read_text(encoding="utf-8"))["kind"] == "temperature_series"


@pytest.mark.slow
def test_every_temperature_has_its_resistances_times_area(files):
    found = next(path for path in files.csv if path.stem == "resistances_over_temperature")
    rows = table(found)
    assert [float(row["temperature_c"]) for row in rows] == pytest.approx(TEMPERATURES_C)
    for row in rows:
        bulk, interface = resistances_ohm(float(row["temperature_c"]) + 273.15)
        area_cm2 = AREA_M2 * 1e4
        assert float(row["electrolyte_ohm_cm2"]) == pytest.approx(bulk * area_cm2, rel=0.01)
        assert float(row["interface_ohm_cm2"]) == pytest.approx(interface * area_cm2, rel=0.01)
        assert float(row["total_ohm_cm2"]) == pytest.approx((bulk + interface) * area_cm2, rel=0.01)
        assert row["bulk_ohm_cm2"] == ""  # one arc of the electrolyte: not told apart


@pytest.mark.slow
def test_each_figure_has_its_numbers_beside_it_and_the_arrhenius_plot_is_a_page(files):
    folder = files.html.parent
    assert {path.stem for path in files.svg} == {"arrhenius", "impedance", "surroundings"}
    for name in ("arrhenius_points", "impedance", "surroundings", "soaks"):
        assert f"{name}.csv" in files.html.read_text(encoding="utf-8")
        assert table(folder / f"{name}.csv")
    assert (folder / "arrhenius.pdf").read_bytes().startswith(b"%PDF")
    assert {row["temperature_c"] for row in table(folder / "impedance.csv")} == {"-20", "10", "40"}


def test_waiting_for_the_oven_is_told_from_the_way_and_from_the_soak(run):
    first, second, *_ = soaks_of(run)
    assert first.granted_s - first.segment.start_s == pytest.approx(WAITED_S)
    assert second.granted_s == pytest.approx(second.segment.start_s)
    grid = soak_grid(soaks_of(run))
    assert grid.rows[0][:4] == ("−20 °C", "15 min", "10 min", "30 min")
    columns = soak_table(soaks_of(run)).columns
    for from_h, to_h in zip(columns["stable_from_h"], columns["soaked_at_h"], strict=True):
        assert to_h - from_h == pytest.approx(0.5)


def test_a_soak_that_began_anew_counts_from_its_last_beginning(tmp_path):
    path = tmp_path / "a.run.sqlite"
    with RunWriter.create(path, header()) as writer:
        settings = {"temperature_k": 300.0, "tolerance_k": 0.3, "stable_s": 600.0}
        writer.segment(0.0, "SetTemperature", "27 °C", settings, {})
        states = ("heating", "soaking", "heating", "soaking", "soaked")
        for at_s, state in zip((10.0, 100.0, 200.0, 500.0, 1100.0), states, strict=True):
            writer.event(at_s, "oven", {"state": state, "target_k": 300.0, "waiting_for": ""})
    (soak,) = soaks_of(load_run(path))
    assert (soak.granted_s, soak.stable_s, soak.soaked_s) == (10.0, 500.0, 1100.0)


def test_a_temperature_that_was_never_reached_is_no_soak(tmp_path):
    path = tmp_path / "a.run.sqlite"
    with RunWriter.create(path, header()) as writer:
        settings = {"temperature_k": 300.0, "tolerance_k": 0.3, "stable_s": 600.0}
        number = writer.segment(0.0, "SetTemperature", "27 °C", settings, {})
        writer.event(10.0, "oven", {"state": "heating", "target_k": 300.0, "waiting_for": ""})
        writer.event(99.0, "segment_ended", {"number": number, "end": "failed", "detail": ""})
    soaks = soaks_of(load_run(path))
    assert soaks[0].soaked_s is None
    assert soak_grid(soaks).rows[0][2:] == (
        "not given",
        "not given",
        "within 0.3 K for 10 min",
        "failed",
    )


def test_lines_beside_the_cell_are_in_the_units_of_the_laboratory(run):
    columns = surroundings_table(run, soaks_of(run)).columns
    rows = list(zip(columns["line"], columns["value"], columns["unit"], strict=True))
    assert {unit for name, _, unit in rows if name in ("oven", ASKED)} == {"°C"}
    assert {value for name, value, _ in rows if name == "stack_pressure"} == {2.0}
    asked = [value for name, value, _ in rows if name == ASKED]
    assert sorted(set(asked)) == pytest.approx(TEMPERATURES_C)
    assert max(value for name, value, _ in rows if name == "oven") < max(TEMPERATURES_C)
    assert all(math.isfinite(value) for _, value, _ in rows)


def test_every_device_is_named_by_role_with_who_answered(run):
    rows = dict(instrument_table(run).rows)
    assert list(rows) == ["galvanostat", "impedance analyser", "pressure gauge", "oven box"]
    assert rows["impedance analyser"].startswith("Keysight E4990A, serial number MY54; e4990a at ")
    assert rows["pressure gauge"] == "load_cell at COM4"
    assert rows["oven box"].startswith("Eurotherm 3216, firmware 1; eurotherm_3200")


def test_a_run_of_two_temperatures_is_no_series_but_shows_them(tmp_path):
    run = load_run(write_series(tmp_path / "a.run.sqlite", (20.0, 40.0), pressure_pa=None))
    assert series_of(run) is None
    assert set(surroundings_table(run, soaks_of(run)).columns["line"]) == {"oven", ASKED}


def test_a_run_without_surroundings_says_nothing_of_them(tmp_path):
    RunWriter.create(tmp_path / "a.run.sqlite", header(bench={})).close()
    run = load_run(tmp_path / "a.run.sqlite")
    assert surroundings_table(run, soaks_of(run)) is None
    assert instrument_table(run) is None
