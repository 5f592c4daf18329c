"""From a protocol on a simulated cell, through an instrument's bytes, to sheet and truth."""

from pathlib import Path

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum
from solidcell.analysis.runs import load_run
from solidcell.analysis.spectra import LabelledSpectrum, answer_spectrum, geometry_of
from solidcell.analysis.stability.interphase_growth import growth_of
from solidcell.analysis.stability.stability_window_sheet import MEASUREMENT as WINDOW
from solidcell.drivers.simulated.cell_file import load_simulated_cell
from support.simulated_run import run_simulated

SWEEP = """\
  - segment: stability_window
    electrode_type: {electrode}
    {side}_to_v: {to_v}
    scan_rate_mv_s: 1
    step_mv: 10
    rest_min: 1
"""


@pytest.mark.slow
def test_a_composite_electrode_gives_back_the_simulated_window_and_a_planar_one_does_not(
    tmp_path: Path,
) -> None:
    files = {
        (electrode, side): run_simulated(
            tmp_path / f"{electrode}-{side}",
            f"redox_lpscl_{electrode}",
            SWEEP.format(electrode=electrode, side=side, to_v=to_v),
            name=f"{electrode}-{side}",
            working="steel",
        )
        for electrode, side, to_v in (
            ("composite", "oxidation", 2.6),
            ("composite", "reduction", 1.2),
            ("planar", "oxidation", 2.6),
        )
    }
    assert all(WINDOW.suits(load_run(path)) for path in files.values())
    sheet = WINDOW.sheet(list(files.values()), {})
    truth = load_simulated_cell("redox_lpscl_composite").truth.facts
    for side in ("oxidation", "reduction"):
        onset = sheet.number(f"composite_{side}_onset_threshold_v")
        assert onset.value == pytest.approx(truth[f"{side}_v"], abs=0.05)
    assert "window wider than swept" in sheet.number("planar_oxidation_onset_threshold_v").refused
    assert any("planar" in each for each in sheet.warnings)


GROWING = """\
preset: LPSCl
seed: 1
electrode_area_cm2: 0.785
thickness_um: 800
stack_pressure_mpa: 5
temperature_c: 25
growth: {initial_ohm_cm2: 5, rate_ohm_cm2: 4, exponent: 0.5, law: added}
"""


@pytest.mark.slow
def test_the_spectra_of_a_simulated_interphase_give_back_its_exponent_and_rate(
    tmp_path: Path,
) -> None:
    file = tmp_path / "growing.yaml"
    file.write_text(GROWING)
    cell = load_simulated_cell(file)
    geometry = geometry_of(cell.area_m2, cell.thickness_m)
    frequency_hz, hours, found = np.logspace(6, 2, 21), (0, 1, 3, 7, 14, 24), []
    for hour in hours:
        cell.advance(hour * 3600.0 - cell.time_s)
        spectrum = Spectrum(frequency_hz, cell.impedance(frequency_hz))
        labelled = LabelledSpectrum(file, f"{hour} h", spectrum, geometry, 298.15)
        found.append(answer_spectrum(labelled, "R0-p(R1,CPE1)-p(R2,CPE2)").resistances.interface)
    ohm_m2 = np.array([each.value for each in found]) * cell.area_m2 / 2
    grown = growth_of(np.array(hours) * 3600.0, ohm_m2).fit
    assert grown.exponent.value == pytest.approx(0.5, abs=0.02)
    assert grown.rate.value * 1e4 == pytest.approx(4.0, rel=0.05)
