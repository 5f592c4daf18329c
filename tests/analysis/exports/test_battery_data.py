"""A run in Battery Data Format: the right columns, both times, and charge by the right clock."""

import csv
import json
import math
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.worker.run_channel import run_channel
from solidcell.analysis.exports import Format, export_run
from solidcell.analysis.exports.charge import ChargeCounter
from solidcell.analysis.formats import read_spectra
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.segments import Galvanostatic, Rest
from support.any_run import any_steps
from support.resistor_device import ResistorDevice
from support.runs import header
from support.written_runs import HOLD, SWEEP, Step, write_run

LABELS = {
    "Test Time / s": "test_time_second",
    "Unix Time / s": "unix_time_second",
    "Voltage / V": "voltage_volt",
    "Current / A": "current_ampere",
    "Step Count / 1": "step_count",
    "Step Type": "step_type",
    "Temperature T1 / degC": "temperature_t1_celsius",
    "Applied Pressure / Pa": "applied_pressure_pa",
    "Charging Capacity / Ah": "charging_capacity_ah",
    "Discharging Capacity / Ah": "discharging_capacity_ah",
    "Net Capacity / Ah": "net_capacity_ah",
    "Flags / 1": None,
}
HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "export-a-run.md"
NOON = 1_767_268_800.0
"""2026-01-01 12:00 UTC."""


def exported(folder, *steps, **run):
    run_file = write_run(folder / "r.run.sqlite", steps, **run)
    export_run(run_file, Format.BDF, folder)
    return rows_of(folder / "r.bdf.csv")


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(rows, name):
    return [float(row[name] or "nan") for row in rows]


def counted(elapsed_s, current_a, start_s=0.0, pages=()):
    """Net, positive and negative charge after each reading of one segment."""
    counter = ChargeCounter({0: start_s})
    cuts = [0, *sorted(min(cut, len(elapsed_s)) for cut in pages), len(elapsed_s)]
    found = [
        counter.count(
            {
                "segment": np.zeros(last - first, dtype=np.int64),
                "elapsed_s": np.array(elapsed_s[first:last]),
                "current_a": np.array(current_a[first:last]),
            }
        )
        for first, last in pairwise(cuts)
    ]
    return (
        np.concatenate([page.positive_c for page in found]),
        np.concatenate([page.negative_c for page in found]),
    )


def test_the_columns_are_the_preferred_labels_and_the_sidecar_gives_their_terms(tmp_path):
    rows = exported(tmp_path, HOLD)
    assert list(rows[0]) == list(LABELS)
    sidecar = json.loads((tmp_path / "r.bdf.metadata.json").read_text(encoding="utf-8"))
    (told,) = [
        file
        for file in sidecar["hasOutput"]["schema:distribution"]
        if file["schema:contentUrl"] == "r.bdf.csv"
    ]
    columns = told["csvw:tableSchema"]["csvw:column"]
    assert {c["csvw:titles"]: c.get("csvw:name") for c in columns} == LABELS
    assert all(c["dcterms:description"] for c in columns)


@pytest.mark.slow
@settings(max_examples=12)
@given(steps=any_steps(), end=st.sampled_from(["completed", None]))
def test_every_measured_number_comes_back_to_the_last_digit(tmp_path_factory, steps, end):
    folder = tmp_path_factory.mktemp("any")
    rows = exported(folder, *steps, end=end)
    with RunReader(folder / "r.run.sqlite") as run:
        readings, points = run.readings(), run.impedance_points()
    same = {"Test Time / s": "elapsed_s", "Voltage / V": "voltage_v", "Current / A": "current_a"}
    for label, name in same.items():
        assert column(rows, label) == [getattr(reading, name) for reading in readings]
    for row, reading in zip(rows, readings, strict=True):
        assert int(row["Step Count / 1"]) == reading.segment
        assert row["Step Type"] == steps[reading.segment].kind
        assert int(row["Flags / 1"]) == reading.flags
        celsius, pascal = row["Temperature T1 / degC"], row["Applied Pressure / Pa"]
        assert (float(celsius) + 273.15 if celsius else None) == reading.temperature_k
        assert (float(pascal) if pascal else None) == reading.stack_pressure_pa
    spectrum = rows_of(folder / "r.bdf.impedance.csv")
    assert column(spectrum, "Frequency / Hz") == [point.frequency_hz for point in points]
    assert column(spectrum, "Real Impedance / ohm") == [point.z_real_ohm for point in points]
    assert column(spectrum, "Imaginary Impedance / ohm") == [point.z_imag_ohm for point in points]


def test_no_number_needs_an_exponent(tmp_path):
    exported(tmp_path, Step(rows=((1.0, 1e-7, -3e-12, None, None),), began_s=0.0))
    assert "e-" not in (tmp_path / "r.bdf.csv").read_text(encoding="utf-8")


def test_the_charge_of_each_segment_is_what_the_worker_counted(tmp_path):
    clock, amperes = JumpClock(), iter(math.sin(n) for n in range(1000))
    device = ResistorDevice(clock)
    device.distort = lambda reading: replace(reading, current_a=1e-3 * next(amperes))
    plating = Galvanostatic(
        current_a=1e-3, duration_s=95.0, voltage_min_v=-1.0, voltage_max_v=1.0, sample_period_s=3.0
    )
    rest = Rest(duration_s=10.0, sample_period_s=1.0)
    run_file = tmp_path / "r.run.sqlite"
    limits = Limits.of("bench", {"voltage_min_v": -5.0, "voltage_max_v": 5.0})
    with RunWriter.create(run_file, header()) as writer:
        plan = (segment for segment in (plating, rest, plating))
        run_channel(plan, device, writer, clock, limits, NoStop())
    with RunReader(run_file) as run:
        counted_c = [event.body["charge_c"] for event in run.events(kind="segment_ended")]
    export_run(run_file, Format.BDF, tmp_path)
    net_ah = {
        row["Step Count / 1"]: float(row["Net Capacity / Ah"])
        for row in rows_of(tmp_path / "r.bdf.csv")
    }
    assert np.diff([0.0, *net_ah.values()]) * 3600 == pytest.approx(counted_c, rel=1e-9)
    assert abs(counted_c[0]) > 1e-4


def test_current_is_counted_from_the_start_of_its_segment_and_never_between_two(tmp_path):
    hold = Step(rows=((10.0, 0.0, 2e-3, None, None),), began_s=4.0)
    later = Step(rows=((100.0, 0.0, -1e-3, None, None),), began_s=90.0)
    rows = exported(tmp_path, hold, later)
    assert column(rows, "Charging Capacity / Ah") == pytest.approx([12e-3 / 3600] * 2)
    assert column(rows, "Discharging Capacity / Ah") == pytest.approx([0.0, 10e-3 / 3600])
    assert column(rows, "Net Capacity / Ah") == pytest.approx([12e-3 / 3600, 2e-3 / 3600])


AMPERES = st.floats(min_value=-1.0, max_value=1.0).filter(lambda a: a == 0 or abs(a) > 1e-9)
CURRENTS = st.lists(
    st.tuples(st.floats(min_value=0.01, max_value=100.0), AMPERES), min_size=1, max_size=30
)


@pytest.mark.slow
@given(rows=CURRENTS, pages=st.lists(st.integers(0, 30), max_size=4))
def test_positive_less_negative_charge_is_the_integral_of_the_current(rows, pages):
    elapsed_s = np.cumsum([step_s for step_s, _ in rows])
    current_a = np.array([ampere for _, ampere in rows])
    positive_c, negative_c = counted(elapsed_s, current_a)
    line_s, line_a = np.r_[0.0, elapsed_s], np.r_[current_a[0], current_a]
    net_c = [np.trapezoid(line_a[: n + 2], line_s[: n + 2]) for n in range(len(rows))]
    assert positive_c - negative_c == pytest.approx(np.array(net_c), abs=1e-9)
    whole_c = [
        np.trapezoid(np.abs(fine_a), fine_s)
        for fine_s in [np.union1d(line_s, np.linspace(0.0, elapsed_s[-1], 20_001))]
        for fine_a in [np.interp(fine_s, line_s, line_a)]
    ]
    assert positive_c[-1] + negative_c[-1] == pytest.approx(whole_c[0], rel=1e-3, abs=1e-6)
    assert np.all(np.diff(positive_c) >= 0)
    assert np.all(np.diff(negative_c) >= 0)
    again = counted(elapsed_s, current_a, pages=pages)
    assert np.array_equal(again, (positive_c, negative_c))


@given(amperes=AMPERES.filter(bool), share=st.floats(min_value=0.01, max_value=0.99))
def test_where_the_sign_changes_the_two_triangles_are_counted_apart(amperes, share):
    positive_c, negative_c = counted([0.0, 1.0], [share * amperes, (share - 1) * amperes])
    up, down = 0.5 * share**2 * abs(amperes), 0.5 * (1 - share) ** 2 * abs(amperes)
    expected = (up, down) if amperes > 0 else (down, up)
    assert (positive_c[-1], negative_c[-1]) == pytest.approx(expected)


def test_a_clock_that_is_set_moves_the_wall_time_and_no_charge(tmp_path):
    true = ((0.0, "2026-01-01T12:00:00+00:00"),)
    moved = (*true, (2.5, "2026-01-01T13:00:02.5+00:00"), (4.5, "2026-01-01T11:00:00+00:00"))
    for name in "ab":
        (tmp_path / name).mkdir()
    good = exported(tmp_path / "a", HOLD, clock_pairs=true)
    odd = exported(tmp_path / "b", HOLD, clock_pairs=moved)
    unix = "Unix Time / s"
    assert column(good, unix) == [NOON + n for n in range(1, 6)]
    assert column(odd, unix) == [NOON + 1, NOON + 2, NOON + 3603, NOON + 3604, NOON - 3599.5]
    for row in (*good, *odd):
        del row[unix]
    assert good == odd


def test_a_simulated_run_passes_faster_than_the_wall_clock(tmp_path):
    rows = exported(tmp_path, HOLD, clock_speed=2000.0)
    since_noon_s = [unix_s - NOON for unix_s in column(rows, "Unix Time / s")]
    assert since_noon_s == pytest.approx([n / 2000 for n in range(1, 6)], abs=1e-6)


def test_of_two_pairs_of_clocks_at_one_moment_the_later_holds(tmp_path):
    before, after = "2026-01-01T12:00:00+00:00", "2026-01-01T12:10:00+00:00"
    rows = exported(tmp_path, HOLD, clock_pairs=((0.0, before), (3.0, before), (3.0, after)))
    unix_s = column(rows, "Unix Time / s")
    assert unix_s == [NOON + 1, NOON + 2, NOON + 600, NOON + 601, NOON + 602]


def test_without_a_pair_of_clocks_the_sidecar_says_what_wall_time_relies_on(tmp_path):
    rows = exported(tmp_path, HOLD, clock_pairs=(), created_utc="2026-01-01T12:00:00+00:00")
    assert column(rows, "Unix Time / s")[0] == NOON + 1
    told = json.loads((tmp_path / "r.bdf.metadata.json").read_text(encoding="utf-8"))
    assert "no pair of clocks" in told["solidcell"]["conventions"]["wall_time"]


@pytest.mark.parametrize(
    ("electrodes", "words"),
    [(("Li", "Li"), "positive current strips the working"), (("NMC", "Li"), "NMC (working")],
)
def test_the_sidecar_says_what_positive_current_does_to_this_cell(tmp_path, electrodes, words):
    cell = dict(zip(("working_electrode", "counter_electrode"), electrodes, strict=True))
    exported(tmp_path, HOLD, cell=cell)
    told = json.loads((tmp_path / "r.bdf.metadata.json").read_text(encoding="utf-8"))
    assert words in told["solidcell"]["conventions"]["cell"]
    assert "anodic" in told["solidcell"]["conventions"]["current"]


def test_the_points_of_two_sweeps_are_read_back_as_two_spectra(tmp_path):
    exported(tmp_path, HOLD, SWEEP, SWEEP)
    spectra = read_spectra(tmp_path / "r.bdf.impedance.csv")
    assert len(spectra) == 2
    for one in spectra:
        assert one.spectrum.frequency_hz.tolist() == [row[1] for row in SWEEP.rows]
        assert one.spectrum.z_ohm.imag.tolist() == [row[3] for row in SWEEP.rows]


def test_a_reading_without_a_segment_is_named(tmp_path):
    run_file = write_run(tmp_path / "r.run.sqlite", ())
    with RunWriter.append_to(run_file) as writer:
        writer.reading(3, 1.0, 0.1, 0.0)
    with pytest.raises(ValueError, match="belongs to segment 3, and the run file has 0"):
        export_run(run_file, Format.BDF, tmp_path)


def test_the_code_of_the_how_to_reads_the_last_row(tmp_path, monkeypatch, capsys):
    export_run(write_run(tmp_path / "RUN.run.sqlite", (HOLD,)), Format.BDF, tmp_path / "export")
    (code,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert capsys.readouterr().out.startswith("5.0 s 0.00000138888888")


def test_nothing_measured_is_an_empty_cell(tmp_path):
    (row,) = exported(tmp_path, Step(rows=((1.0, 0.1, 0.0, None, 5e6),), began_s=0.0))
    assert row["Temperature T1 / degC"] == ""
    assert math.isclose(float(row["Applied Pressure / Pa"]), 5e6)
