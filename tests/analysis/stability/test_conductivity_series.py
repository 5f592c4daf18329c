"""Conductivity over time: from a protocol on a pellet of known half-life to the sheet."""

from pathlib import Path

import numpy as np
import pytest
from solidcell.acquisition.record.writer import RunWriter
from solidcell.analysis.runs import load_run
from solidcell.analysis.stability.conductivity_ageing_sheet import MEASUREMENT
from support.runs import header
from support.simulated_run import run_simulated

PELLET = """\
kind: blocking
preset: LPSCl
seed: 1
electrode_area_cm2: 0.785
thickness_um: 800
stack_pressure_mpa: 5
temperature_c: 25
"""
PROTOCOL = """\
  - segment: repeat
    count: 5
    segments:
      - segment: impedance
        frequency_max_hz: 2.0e+5
        frequency_min_hz: 100
        points_per_decade: 5
        amplitude_mv: 10
      - segment: rest
        duration_min: 240
        sample_period_s: 1200
"""
CELL = {
    "name": "pellet",
    "electrolyte": "LPSCl",
    "electrode_area_m2": 0.785e-4,
    "thickness_m": 1e-3,
    "working_electrode": "steel",
    "counter_electrode": "steel",
}


@pytest.mark.slow
@pytest.mark.parametrize(("half_life_h", "lost"), [(8.0, True), (None, False)])
def test_a_run_gives_back_the_half_life_of_the_pellet_or_says_that_it_loses_nothing(
    tmp_path: Path, half_life_h: float | None, lost: bool
) -> None:
    file = tmp_path / "pellet.yaml"
    file.write_text(PELLET + (f"conductivity_half_life_h: {half_life_h}\n" if lost else ""))
    path = run_simulated(tmp_path / "run", str(file), PROTOCOL, working="steel")
    assert MEASUREMENT.suits is not None
    assert MEASUREMENT.suits(load_run(path))
    sheet = MEASUREMENT.sheet([path], {"circuit": "R0-CPE1", "medium": "toluene"})
    conditions = dict(sheet.conditions)
    assert (conditions["medium"], conditions["temperature"]) == ("toluene", "25.00 °C")
    (table,) = sheet.tables
    assert table.columns["conductivity_ms_cm"][0] == pytest.approx(3.0, rel=0.05)
    low, high = sheet.number("rate_per_h").interval
    if half_life_h is None:
        assert low <= 0 <= high
        assert any("no loss beyond the scatter" in text for text in sheet.warnings)
        assert "half of the conductivity is not lost" in sheet.number("half_life_h").refused
    else:
        assert low <= np.log(2) / half_life_h <= high
        half_life = sheet.number("half_life_h")
        assert half_life.value == pytest.approx(half_life_h, abs=3 * half_life.standard_error)


def record(path: Path, kelvins: tuple[float, ...], ohms: tuple[float, ...], **cell: object) -> Path:
    """A spectrum an hour of a resistance before electrodes that block."""
    with RunWriter.create(path, header(cell=CELL | cell)) as writer:
        for hour, (kelvin, ohm) in enumerate(zip(kelvins, ohms, strict=True)):
            start_s = 3600.0 * hour
            number = writer.segment(start_s, "ImpedanceSweep", "impedance", {}, {})
            for n, frequency_hz in enumerate(np.logspace(5, 2, 16).tolist()):
                z = ohm + 1 / (5e-6 * (2j * np.pi * frequency_hz) ** 0.9)
                writer.impedance_point(
                    number, start_s + n, frequency_hz, z.real, z.imag, 0, temperature_k=kelvin
                )
            writer.event(start_s + 20, "segment_ended", {"number": number, "end": "completed"})
    return path


def test_what_is_left_is_the_ratio_of_the_resistances_whatever_the_size(tmp_path: Path) -> None:
    ohms = (40.0, 44.0, 50.0)
    for name, size in (("sure", {}), ("unsure", {"thickness_uncertainty_m": 1e-4})):
        path = record(tmp_path / f"{name}.run.sqlite", (298.15,) * 3, ohms, **size)
        kept = MEASUREMENT.sheet([path], {"circuit": "R0-CPE1"}).number("kept")
        assert kept.value == pytest.approx(0.8, rel=1e-4)
        assert kept.standard_error < 1e-3


def test_two_runs_of_one_cell_are_told_apart(tmp_path: Path) -> None:
    runs = [
        record(tmp_path / f"{last:g}.run.sqlite", (298.15,) * 3, (40.0, 45.0, last))
        for last in (50.0, 80.0)
    ]
    sheet = MEASUREMENT.sheet(runs, {"circuit": "R0-CPE1"})
    kept = [each.value for each in sheet.numbers if each.name.endswith("_kept")]
    assert kept == pytest.approx([0.8, 0.5], rel=1e-4)
    assert len({each.name for each in sheet.numbers}) == len(sheet.numbers)
    assert len({each.name for each in sheet.tables}) == 2


def test_a_temperature_series_is_no_conductivity_over_time(tmp_path: Path) -> None:
    path = record(tmp_path / "warm.run.sqlite", (298.15, 308.15, 318.15), (40.0, 30.0, 22.0))
    assert not MEASUREMENT.suits(load_run(path))
    with pytest.raises(ValueError, match="temperature moved by 20 K between spectra; allowed: 5 K"):
        MEASUREMENT.sheet([path], {})


def test_a_room_that_warms_by_three_kelvin_is_warned_of(tmp_path: Path) -> None:
    path = record(tmp_path / "room.run.sqlite", (298.15, 299.15, 301.15), (40.0, 38.0, 35.0))
    sheet = MEASUREMENT.sheet([path], {"circuit": "R0-CPE1"})
    assert any("moved by 3 K between spectra" in text for text in sheet.warnings)


def test_two_spectra_are_no_series_and_a_composite_is_no_pellet(tmp_path: Path) -> None:
    two = record(tmp_path / "two.run.sqlite", (298.15,) * 2, (40.0, 44.0))
    with pytest.raises(ValueError, match="pellet: 2 spectra; a series needs at least 3"):
        MEASUREMENT.sheet([two], {})
    full = record(tmp_path / "full.run.sqlite", (298.15,) * 3, (40.0,) * 3, active_mass_kg=1e-5)
    assert not MEASUREMENT.suits(load_run(full))
    with pytest.raises(ValueError, match="has a composite electrode"):
        MEASUREMENT.sheet([full], {})
