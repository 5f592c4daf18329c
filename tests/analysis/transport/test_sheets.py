"""Files and options in, sheets out: what each measurement says, and what it refuses."""

import math
from pathlib import Path

import numpy as np
import pytest
from solidcell.analysis.columns_file import read_columns
from solidcell.analysis.designs import design
from solidcell.analysis.impedance import parse_circuit
from solidcell.analysis.measurements import MEASUREMENTS, measurement
from solidcell.analysis.sheets.plot import INK
from solidcell.analysis.transport.arrhenius_plot import arrhenius_plot
from solidcell.analysis.transport.arrhenius_sheet import series_of_table
from support.written_runs import Step, write_run

CELL = {
    "name": "pellet 7",
    "electrolyte": "LPSCl",
    "electrode_area_m2": 0.785e-4,
    "thickness_m": 1e-3,
    "thickness_uncertainty_m": 1e-5,
    "temperature_k": 298.15,
    "stack_pressure_pa": 5e6,
}
SIZE = {"thickness_um": 1000.0, "diameter_mm": 10.0, "diameter_uncertainty_mm": 0.05}
FREQUENCY_HZ = np.logspace(5, 0, 26)
CODE = "p(R1,C1)-CPE2"
BLOCKING = parse_circuit(CODE)


def spectrum(resistance_ohm, seed=1):
    random = np.random.default_rng(seed)
    z = BLOCKING.impedance_ohm(FREQUENCY_HZ, [resistance_ohm, 2e-11, 3e-6, 0.9])
    noise = random.normal(size=(2, z.size)) * np.abs(z) * 1e-3
    return z + noise[0] + 1j * noise[1]


def sweep(at_s, z, tags=(), kelvin=298.15, pascal=None):
    rows = tuple(
        (at_s + 0.1 * k, float(f), one.real, one.imag, kelvin, pascal)
        for k, (f, one) in enumerate(zip(FREQUENCY_HZ, z, strict=True))
    )
    return Step(rows=rows, kind="ImpedanceSweep", name="impedance", tags=tags, began_s=at_s)


def held(at_s, volt, current, tags):
    t, i = current
    rows = tuple((at_s + s, volt, float(a), 298.15, 5e6) for s, a in zip(t, i, strict=True))
    return Step(rows=rows, kind="Potentiostatic", name="hold", tags=tags, began_s=at_s)


def decay(steady_a, seed, tau_s=40.0):
    t = np.arange(2.0, 602.0, 5.0)
    noise = np.random.default_rng(seed).normal(0, 1e-11, t.size)
    return t, 1e-9 + steady_a * (1 + 5 * np.exp(-t / tau_s)) + noise


@pytest.fixture(scope="module")
def polarised(tmp_path_factory) -> Path:
    """A pellet of 5e-9 S/cm: a spectrum, then 0.2, 0.5 and 1 V; the instrument adds 1 nA."""
    steps = [sweep(0.0, spectrum(1300.0), (("measurement", "dc_polarisation"),))]
    for k, volt in enumerate((0.2, 0.5, 1.0)):
        tags = (("measurement", "dc_polarisation"), ("phase", "hold"), ("set_voltage_v", volt))
        steps.append(held(1000.0 * (k + 1), volt, decay(39.25e-9 * volt, k), tags))
    folder = tmp_path_factory.mktemp("polarised")
    return write_run(folder / "a.run.sqlite", steps, cell=CELL)


def test_the_electronic_conductivity_of_a_run_is_that_of_its_pellet(polarised):
    made = measurement("dc-polarisation").sheet([polarised], {"diameter_uncertainty_mm": 0.05})
    found = made.number("electronic_conductivity_s_cm")
    assert found.value == pytest.approx(5e-9, rel=5e-3)
    assert found.standard_error / found.value == pytest.approx(math.hypot(0.01, 0.01), rel=0.1)
    assert found.interval[0] < 5e-9 < found.interval[1]
    assert made.number("offset_na").value == pytest.approx(1.0, abs=0.1)
    assert ("temperature", "25.00 °C") in made.conditions
    assert ("stack pressure", "5.000 MPa") in made.conditions
    decays, line = made.plots[0].panels
    assert (len(decays.items), len(line.items)) == (6, 2)
    seen, fit = decays.items[:2]
    assert np.diff(np.log10(seen.x[:-1])).min() > 0.5 / 8  # the model is seen between readings
    assert seen.x[-1] == pytest.approx(597.0)
    assert fit.colour == INK
    assert made.tables[0].columns["voltage_v"] == pytest.approx((0.2, 0.5, 1.0))


def test_one_run_holds_both_conductivities_of_a_transference_number(polarised):
    made = measurement("transference").sheet([polarised], {})
    ionic = 1e-3 / 0.785e-4 / 1300 * 10  # mS/cm
    assert made.number("ionic_conductivity_ms_cm").value == pytest.approx(ionic, rel=5e-3)
    assert made.number("electronic_transference").value == pytest.approx(
        5e-9 / (ionic * 1e-3), rel=0.01
    )


def test_a_polarisation_whose_temperature_is_unknown_gives_no_conductivity(tmp_path):
    path = tmp_path / "hold.csv"
    t, i = decay(39e-9, 1)
    path.write_text(
        "# one hold\ntime_s,voltage_v,current_a\n"
        + "\n".join(f"{a},1.0,{b}" for a, b in zip(t, i, strict=True)),
        encoding="utf-8",
    )
    made = measurement("dc-polarisation").sheet([path], SIZE)
    assert "give temperature_c" in made.number("electronic_conductivity_s_cm").refused
    known = measurement("dc-polarisation").sheet([path], {**SIZE, "temperature_c": 25.0})
    assert known.number("electronic_conductivity_s_cm").value is not None
    with pytest.raises(ValueError, match="give thickness_um and diameter_mm"):
        measurement("dc-polarisation").sheet([path], {})


def test_the_conductivity_of_a_run_knows_temperature_pressure_and_size(polarised):
    made = measurement("conductivity").sheet([polarised], {})
    found = made.number("conductivity_ms_cm")
    assert found.value == pytest.approx(1e-3 / 0.785e-4 / 1300 * 10, rel=5e-3)
    assert found.standard_error / found.value == pytest.approx(0.01, rel=0.1)
    assert made.number("bulk_ms_cm").value is None
    assert "not told apart" in made.number("bulk_ms_cm").refused
    assert made.number("asr_ohm_cm2").value == pytest.approx(1300 * 0.785, rel=5e-3)
    assert made.plots[0].panels[0].equal
    with pytest.raises(ValueError, match=r"spectrum is 2; a\.run\.sqlite holds 1"):
        measurement("conductivity").sheet([polarised], {"spectrum": 2})


def test_a_spectrum_without_a_size_has_a_resistance_and_no_conductivity(tmp_path):
    path = tmp_path / "z.csv"
    path.write_text(
        "frequency_hz,z_real_ohm,z_imag_ohm\n"
        + "\n".join(
            f"{f},{z.real},{z.imag}" for f, z in zip(FREQUENCY_HZ, spectrum(1300.0), strict=True)
        ),
        encoding="utf-8",
    )
    made = measurement("conductivity").sheet([path], {"temperature_c": 25.0})
    assert made.number("conductivity_ms_cm").value is None
    assert made.number("resistance_ohm").value == pytest.approx(1300, rel=5e-3)
    warm = measurement("conductivity").sheet([path], {**SIZE, "circuit": CODE})
    assert "give temperature_c" in warm.number("conductivity_ms_cm").refused


def test_a_table_of_conductivities_gives_both_activation_energies(tmp_path):
    path = tmp_path / "series.csv"
    kelvin = np.array([253.15, 273.15, 293.15, 313.15, 333.15])
    sigma = 1e5 / kelvin * np.exp(-0.35 / (8.617333e-5 * kelvin))
    path.write_text(
        "temperature_c,conductivity_s_cm,standard_error_s_cm\n"
        + "\n".join(f"{t - 273.15},{s},{0.02 * s}" for t, s in zip(kelvin, sigma, strict=True)),
        encoding="utf-8",
    )
    made = measurement("arrhenius").sheet([path], {})
    assert made.number("ea_conductivity_ev").value == pytest.approx(0.35, abs=1e-6)
    difference = 0.35 - made.number("ea_conductivity_of_sigma_ev").value
    assert difference == pytest.approx(8.617e-5 * np.mean(kelvin), rel=0.02)
    assert made.number("prefactor_conductivity_s_k_cm").value == pytest.approx(1e5, rel=1e-4)
    found = series_of_table(path, {"temperature_uncertainty_k": 0.1, "thermometer_offset_k": 0.0})
    panels = arrhenius_plot(found.lines, found.others).panels
    assert [panel.y.label for panel in panels] == [
        "log₁₀(σT / S cm⁻¹ K)",
        "log₁₀(σ / S cm⁻¹)",
    ]
    ticks = {text: place for place, text in panels[0].top.ticks.items()}
    assert ticks["0"] == pytest.approx(1000 / 273.15)
    assert ticks["−20"] == pytest.approx(1000 / 253.15)


def polymer_steps(r0=150.0, rss=160.0, bulk=200.0, t_plus=0.3):
    """10 mV over a polymer whose salt relaxes; interfaces beside it in both spectra."""
    t = np.concatenate([np.arange(1.0, 100.0, 1.0), np.arange(100.0, 4000.0, 25.0)])
    i0, iss = 0.01 / (bulk + r0), 0.01 / (bulk / t_plus + rss)
    random = np.random.default_rng(4)
    i = iss + (i0 - iss) * np.exp(-t / 400) + random.normal(0, 5e-9, t.size)
    circuit = parse_circuit("R0-p(R1,CPE1)")

    def z(resistance):
        exact = circuit.impedance_ohm(FREQUENCY_HZ, [bulk, resistance, 2e-6, 0.95])
        return exact * (1 + 1e-3 * random.normal(size=exact.size))

    tags = (("measurement", "bruce_vincent"), ("set_voltage_v", 0.01))
    return [
        sweep(0.0, z(r0), (*tags, ("phase", "before"))),
        held(100.0, 0.01, (t, i), (*tags, ("phase", "hold"))),
        sweep(5000.0, z(rss), (*tags, ("phase", "after"))),
    ]


def test_a_polymers_run_gives_its_transference_number(tmp_path):
    cell = {**CELL, "electrolyte": "PEO"}
    path = write_run(tmp_path / "b.run.sqlite", polymer_steps(), cell=cell)
    made = measurement("bruce-vincent").sheet([path], {})
    found = made.number("transference")
    assert found.interval[0] < 0.3 < found.interval[1]
    assert found.standard_error < 0.02
    assert made.number("initial_resistance_ohm").value == pytest.approx(150, rel=0.03)


def test_a_table_needs_the_resistances_of_the_interfaces(tmp_path):
    path = tmp_path / "step.csv"
    t, i = decay(39e-9, 1, tau_s=150.0)
    path.write_text(
        "time_s,voltage_v,current_a\n"
        + "\n".join(f"{a},0.01,{b}" for a, b in zip(t, i, strict=True)),
        encoding="utf-8",
    )
    made = measurement("bruce-vincent").sheet([path], {})
    assert "give initial_resistance_ohm with its error" in made.number("transference").refused
    with pytest.raises(ValueError, match="initial_resistance_error_ohm is needed"):
        measurement("bruce-vincent").sheet([path], {"initial_resistance_ohm": 100.0})


def test_pellets_of_three_thicknesses_part_electrolyte_from_contacts(tmp_path):
    files = []
    for k, length in enumerate((0.5e-3, 1.0e-3, 1.5e-3)):
        r = (length / 0.03 + 2 * 3e-3) / 0.785e-4
        cell = {**CELL, "name": f"p{k}", "thickness_m": length}
        files.append(
            write_run(tmp_path / f"{k}.run.sqlite", [sweep(0.0, spectrum(r, k))], cell=cell)
        )
    made = measurement("thickness-series").sheet(files, {"circuit": CODE})
    low, high = made.number("conductivity_ms_cm").interval
    assert low < 0.3 < high
    low, high = made.number("contact_ohm_cm2").interval
    assert low < 30.0 < high


def test_a_table_of_two_pellets_is_refused(tmp_path):
    path = tmp_path / "pellets.csv"
    path.write_text(
        "name,thickness_um,resistance_ohm,standard_error_ohm,diameter_mm\n"
        "a,500,20,0.2,10\nb,1000,40,0.4,10\n",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="2 thicknesses are too few"):
        measurement("thickness-series").sheet([path], {})


def test_a_table_over_pressure_has_an_exponent_each_way(tmp_path):
    path = tmp_path / "pressures.csv"
    rows = [(5, 20.0), (10, 14.142), (20, 10.0), (10, 10.718), (5, 11.487)]
    path.write_text(
        "stack_pressure_mpa,resistance_ohm,standard_error_ohm\n"
        + "\n".join(f"{p},{r},0.1" for p, r in rows),
        encoding="utf-8",
    )
    made = measurement("pressure-series").sheet([path], SIZE)
    assert made.number("exponent_loading").value == pytest.approx(0.5, abs=1e-3)
    assert made.number("exponent_unloading").value == pytest.approx(0.1, abs=1e-3)
    assert made.tables[0].columns["way"] == ["loading"] * 3 + ["unloading"] * 2
    panel = made.plots[0].panels[0]
    assert panel.x.log
    assert panel.y.log


def test_a_run_over_pressure_knows_the_pressure_of_each_spectrum(tmp_path):
    steps = []
    for k, mpa in enumerate((5, 10, 20)):
        tags = (("measurement", "pressure_series"), ("set_stack_pressure_mpa", mpa))
        steps.append(sweep(100.0 * k, spectrum(1000.0 * (mpa / 20) ** -0.5, k), tags))
    path = write_run(tmp_path / "p.run.sqlite", steps, cell=CELL)
    made = measurement("pressure-series").sheet([path], {"circuit": CODE})
    assert made.number("exponent_loading").value == pytest.approx(0.5, abs=0.01)
    assert made.number("exponent_unloading").value is None
    assert made.tables[0].columns["stack_pressure_mpa"] == [5, 10, 20]


def test_a_table_of_materials_gives_an_isokinetic_temperature(tmp_path):
    path = tmp_path / "materials.csv"
    rows = [
        f"m{k},{e},0.005,{math.exp(3 + e / 0.04)},0.2,0.99,20"
        for k, e in enumerate((0.25, 0.35, 0.45))
    ]
    header = (
        "material,activation_energy_ev,standard_error_ev,prefactor_s_k_cm,"
        "relative_error_prefactor,correlation,mean_temperature_c"
    )
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    made = measurement("meyer-neldel").sheet([path], {})
    assert made.number("isokinetic_k").value == pytest.approx(0.04 / 8.617333e-5, rel=1e-6)
    assert made.number("ln_sigma00").value == pytest.approx(3.0, abs=1e-6)


def test_calculators_say_published_numbers_in_the_laboratorys_units():
    leak = design("leakage").sheet([], {"electronic_conductivity_s_cm": 1e-8})
    assert leak.number("leak_ua_cm2").value == pytest.approx(8.0)
    assert leak.number("self_discharge_bound_percent_month").value == pytest.approx(195, rel=2e-3)
    layer = design("areal").sheet([], {"conductivity_ms_cm": 0.55, "thickness_um": 66.0})
    assert layer.number("areal_conductance_ms_cm2").value == pytest.approx(83.3, rel=1e-3)
    with pytest.raises(ValueError, match="electronic_conductivity_s_cm is needed"):
        design("leakage").sheet([], {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time_s,voltage_v\n1,2\n", "column current_a is missing"),
        ("time_s,voltage_v,current_a,x\n1,2,3,4\n", "unknown column x"),
        ("time_s,voltage_v,current_a\n1,2\n", "line 2: 2 fields; 3 are needed"),
        ("time_s,voltage_v,current_a\n1,2,three\n", "line 2: current_a is 'three'"),
        ("time_s,voltage_v,current_a\n1,2,inf\n", "it must be finite"),
        ("time_s,voltage_v,current_a\n", "no header with rows"),
    ],
)
def test_a_table_that_is_not_what_it_must_be_is_refused_by_file_line_and_column(
    tmp_path, text, words
):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_columns(path, ("time_s", "voltage_v", "current_a"))


def test_each_measurement_suits_the_runs_that_are_tagged_for_it(polarised):
    from solidcell.analysis.runs import load_run

    run = load_run(polarised)
    ours = [n for n, (module, _) in MEASUREMENTS.items() if module.startswith(".transport")]
    suited = {n for n in ours if (of := measurement(n)).suits is not None and of.suits(run)}
    assert suited == {"conductivity", "dc-polarisation", "transference"}
