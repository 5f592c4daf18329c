"""From a protocol of the library over an instrument's bytes to the sheet, against the truth."""

import re

import pytest
from solidcell.acquisition.files.protocol_library import from_library
from solidcell.analysis.lithium.coulombic_efficiency_sheet import MEASUREMENT
from solidcell.analysis.sheets.plain import number_text
from solidcell.drivers.simulated.cell_file import load_front_end, load_simulated_cell
from support.simulated_run import run_simulated

pytestmark = pytest.mark.slow

TRUTH = load_simulated_cell("copper_lpscl").truth.facts
TIMES_FASTER = 8


def segments_of(name: str, *, cycles: int) -> str:
    """The segments of a protocol, with fewer cycles and all currents eight times as high."""
    text = from_library(name).path.read_text(encoding="utf-8")
    text = text.split("segments:\n", 1)[1].split("limits:")[0]
    text = re.sub(r"count: \d+", f"count: {cycles}", text)
    text = re.sub(
        r"(current_density_ma_cm2: -?)0\.2", lambda m: f"{m[1]}{0.2 * TIMES_FASTER:g}", text
    )
    return re.sub(
        r"duration_h: ([\d.]+)", lambda m: f"duration_h: {float(m[1]) / TIMES_FASTER:g}", text
    )


def test_plain_cycles_give_the_efficiency_of_plating_and_the_first_its_formation(tmp_path) -> None:
    segments = segments_of("coulombic_efficiency_cycles", cycles=3)
    path = run_simulated(tmp_path, "copper_lpscl", segments, working="Cu")
    sheet = MEASUREMENT.sheet([path], {"skip": 1})
    mean = sheet.number("coulombic_efficiency_percent")
    assert mean.value == pytest.approx(100 * TRUTH["coulombic_efficiency"], abs=0.1)
    assert mean.interval[0] < 100 * TRUTH["coulombic_efficiency"] < mean.interval[1]
    plated_c = 0.5 * 3.6 * 0.785
    expected = TRUTH["coulombic_efficiency"] * (1 - TRUTH["formation_c"] / plated_c)
    first = sheet.number("first_cycle_efficiency_percent")
    assert first.value == pytest.approx(100 * expected, abs=2 * first.standard_error)
    assert [*sheet.tables[0].columns["cycles_on_reservoir"]] == [0] * 3


def test_a_reservoir_gives_the_efficiency_of_all_that_was_plated(tmp_path) -> None:
    cell = load_front_end("copper_lpscl")
    segments = segments_of("coulombic_efficiency_reservoir", cycles=2)
    sheet = MEASUREMENT.sheet([run_simulated(tmp_path, cell, segments, working="Cu")], {"skip": 1})
    found = sheet.number("reservoir_efficiency_percent")
    assert sheet.headline.startswith("efficiency from a reservoir")
    assert number_text(found).partition(" (")[0] in sheet.headline
    assert found.value == pytest.approx(
        100 * TRUTH["coulombic_efficiency"], abs=2 * found.standard_error
    )
    assert [*sheet.tables[0].columns["cycles_on_reservoir"]] == [0, 2]
