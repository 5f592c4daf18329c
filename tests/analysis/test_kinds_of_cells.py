"""A measurement asked for by name of a cell or a run that it is not defined for."""

import numpy as np
import pytest
from solidcell.analysis.measurements import measurement
from solidcell.analysis.runs import load_run
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings
from support.written_runs import Step, write_run

CELL = {"electrolyte": "LPSCl", "electrode_area_m2": 0.785e-4, "thickness_m": 1e-3}
FULL_CELL = {"active_mass_kg": 1.2e-5, "active_material": "NMC", "name": "NMC-7"}


@pytest.fixture(scope="module")
def driven(tmp_path_factory):
    """A critical-current test with seven spectra: current flows between them."""
    path = tmp_path_factory.mktemp("driven") / "ccd.run.sqlite"
    steps = settings(tuple(0.1 * k for k in range(1, 7)), half_cycle_s=300.0)
    return record_test(path, PrescribedCell(), steps)


def test_growth_is_not_read_from_spectra_that_current_flows_between(driven) -> None:
    growth = measurement("interphase-growth")
    with pytest.raises(ValueError, match=r"current flows between its spectra.*not_at_rest"):
        growth.sheet([driven], {})


@pytest.mark.slow
def test_growth_beside_current_is_told_where_it_is_meant_with_a_warning(driven) -> None:
    growth = measurement("interphase-growth")
    meant = growth.sheet([driven], {"not_at_rest": True, "circuit": "R0-p(R1,CPE1)"})
    assert any("current flows between" in warning for warning in meant.warnings)


def spectra_over_time(path, kelvins, electrode):
    """A spectrum an hour, of 5 points, at rest; each at its own temperature."""
    steps = [
        Step(
            kind="ImpedanceSweep",
            name="impedance",
            rows=tuple(
                (3600.0 * k, 10.0**n, 40.0, -5.0, kelvin, 5e6) for n in (5.0, 4.0, 3.0, 2.0, 1.0)
            ),
            began_s=3600.0 * k,
        )
        for k, kelvin in enumerate(kelvins)
    ]
    both = {"working_electrode": electrode, "counter_electrode": electrode}
    return write_run(path, steps, cell={**CELL, **both})


@pytest.mark.parametrize(
    ("kelvins", "electrode", "message"),
    [
        (np.linspace(298.15, 358.15, 7), "Li", r"span 60.0 K; up to 5 K are allowed"),
        (np.full(7, 298.15), "steel", "has steel for electrodes, which block lithium"),
    ],
)
def test_growth_is_of_one_temperature_and_of_electrodes_that_react(
    tmp_path, kelvins, electrode, message
) -> None:
    path = spectra_over_time(tmp_path / "a.run.sqlite", kelvins, electrode)
    assert not measurement("interphase-growth").suits(load_run(path))
    with pytest.raises(ValueError, match=message):
        measurement("interphase-growth").sheet([path], {})


@pytest.fixture(scope="module")
def full_cell(tmp_path_factory):
    path = tmp_path_factory.mktemp("full") / "full.run.sqlite"
    steps = settings((0.1, 0.2, 0.3), half_cycle_s=300.0)
    return record_test(path, PrescribedCell(), steps, details=FULL_CELL)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("conductivity", 1),
        ("arrhenius", 1),
        ("pressure-series", 1),
        ("meyer-neldel", 3),
        ("thickness-series", 3),
    ],
)
def test_the_electrolyte_of_a_full_cell_is_refused_for_its_pores(full_cell, name, files) -> None:
    with pytest.raises(
        ValueError, match=r"NMC-7 has a composite electrode \(NMC\): what its pores"
    ):
        measurement(name).sheet([full_cell] * files, {})


def test_a_rule_over_materials_is_refused_before_anything_is_fitted(full_cell) -> None:
    with pytest.raises(ValueError, match="2 runs are too few; 3 materials are needed"):
        measurement("meyer-neldel").sheet([full_cell] * 2, {})


def test_what_a_full_cell_conducts_is_told_where_it_is_meant_with_a_warning(full_cell) -> None:
    with pytest.raises(ValueError, match="or set composite_included"):
        measurement("conductivity").sheet([full_cell], {})
    options = {"composite_included": True, "diameter_mm": 10.0, "circuit": "R0-p(R1,CPE1)"}
    sheet = measurement("conductivity").sheet([full_cell], options)
    assert any("pores of the composite electrode count in" in each for each in sheet.warnings)


def test_a_current_that_ions_may_carry_is_none_of_electrons(full_cell, tmp_path) -> None:
    held = [Step(rows=((1.0, 0.1, 1e-6, 298.15, 5e6),), kind="Potentiostatic", name="hold")]
    lithium = {"working_electrode": "Li", "counter_electrode": "lithium", "name": "LPSCl-7"}
    for k, (name, cell, words) in enumerate(
        (
            ("dc-polarisation", lithium, "LPSCl-7 has lithium on both sides"),
            ("dc-polarisation", FULL_CELL, "which takes up lithium at a held voltage"),
            ("bruce-vincent", FULL_CELL, "needs two alike electrodes of lithium"),
        )
    ):
        path = write_run(tmp_path / f"{k}.run.sqlite", held, cell={**CELL, **cell})
        with pytest.raises(ValueError, match=words):
            measurement(name).sheet([path], {})


def test_a_polarisation_without_interfaces_finds_no_transference_number_and_says_so(tmp_path):
    """Voltage and currents stand in the sheet, but nothing that was asked for."""
    time_s = np.arange(1.0, 200.0, 2.0)
    current_a = 1e-6 * (1 + np.exp(-time_s / 20)) + 1e-10 * np.sin(7 * time_s)
    path = tmp_path / "dc.csv"
    rows = "".join(f"{t},0.01,{i}\n" for t, i in zip(time_s, current_a, strict=True))
    path.write_text("time_s,voltage_v,current_a\n" + rows)
    sheet = measurement("bruce-vincent").sheet([path], {})
    assert sheet.number("steady_current_ua").value == pytest.approx(1.0, rel=1e-2)
    assert sheet.number("transference").refused
    assert sheet.is_refused


def test_a_series_at_one_stack_pressure_is_refused_before_anything_is_fitted(driven, tmp_path):
    pressed = tmp_path / "pressed.run.sqlite"
    details = {"stack_pressure_pa": 5e6}
    record_test(pressed, PrescribedCell(), settings((0.1, 0.2)), details=details)
    with pytest.raises(ValueError, match=r"spectra are at one stack pressure, 5\.000 MPa"):
        measurement("pressure-series").sheet([pressed], {})
    with pytest.raises(ValueError, match="no spectrum whose stack pressure"):
        measurement("pressure-series").sheet([driven], {"circuit": "R0"})
