"""What the equation of Bruce and Vincent is fed with, out of a run."""

import numpy as np
import pytest
from solidcell.analysis.geometry import Quantity
from solidcell.analysis.impedance import parse_circuit
from solidcell.analysis.measurements import measurement
from solidcell.analysis.runs import load_run
from solidcell.analysis.transport.bruce_vincent_inputs import Interface, against_ohm
from solidcell.analysis.transport.holds import held_voltages
from support.written_runs import Step, write_run

FREQUENCY_HZ = np.logspace(5, 0, 26)
BULK_OHM, R0_OHM, RSS_OHM, T_PLUS, STEP_V = 32.0, 41.0, 51.0, 0.2, 0.010
CELL = {"name": "PEO", "electrolyte": "PEO", "electrode_area_m2": 1e-4, "thickness_m": 1e-4}
GIVEN = {
    "initial_resistance_ohm": R0_OHM,
    "initial_resistance_error_ohm": 0.1,
    "steady_resistance_ohm": RSS_OHM,
    "steady_resistance_error_ohm": 0.1,
}
BEFORE = Interface(Quantity(R0_OHM, 0.06, "Ω"), Quantity(BULK_OHM + R0_OHM, 0.1, "Ω"))


def test_an_initial_current_that_ohms_law_denies_is_as_doubtful_as_their_difference():
    allowed = STEP_V / (BULK_OHM + R0_OHM)
    seen, (warning,) = against_ohm(STEP_V, Quantity(0.98 * allowed, 1e-7, "A"), BEFORE)
    assert seen.standard_error == pytest.approx(0.02 * allowed, rel=0.01)
    assert "too late" not in warning
    _, (late,) = against_ohm(-STEP_V, Quantity(-0.8 * allowed, 1e-7, "A"), BEFORE)
    assert "too late" in late


def test_an_initial_current_that_ohms_law_allows_keeps_its_error():
    seen = Quantity(1.001 * STEP_V / (BULK_OHM + R0_OHM), 1e-7, "A")
    assert against_ohm(STEP_V, seen, BEFORE) == (seen, ())


def swept(at_s, resistance_ohm, phase):
    z = parse_circuit("R0-p(R1,CPE1)").impedance_ohm(
        FREQUENCY_HZ, [BULK_OHM, resistance_ohm, 2e-6, 0.95]
    )
    z = z * (1 + 1e-3 * np.random.default_rng(3).normal(size=z.size))
    rows = tuple(
        (at_s + 0.1 * k, float(f), one.real, one.imag, 333.15, None)
        for k, (f, one) in enumerate(zip(FREQUENCY_HZ, z, strict=True))
    )
    tags = (("measurement", "bruce_vincent"), ("phase", phase))
    return Step(rows=rows, kind="ImpedanceSweep", name="impedance", tags=tags, began_s=at_s)


def read(at_s, time_s, volt, current_a, kind, phase):
    rows = tuple(
        (at_s + t, volt, float(i), 333.15, None) for t, i in zip(time_s, current_a, strict=True)
    )
    tags = (("measurement", "bruce_vincent"), ("phase", phase))
    return Step(rows=rows, kind=kind, name=phase, tags=tags, began_s=at_s)


def polymer(path, late_s=0.6, offset_v=-7e-5):
    """A step of 10 mV that came before its segment; the voltmeter is off by as much at rest."""
    t = np.concatenate([np.arange(0.5, 100.0, 0.5), np.arange(100.0, 8000.0, 25.0)])
    i0, iss = STEP_V / (BULK_OHM + R0_OHM), STEP_V / (BULK_OHM / T_PLUS + RSS_OHM)
    since = t + late_s
    i = iss + (i0 - iss) * np.exp(-np.sqrt(since / 150)) * np.exp(-since / 2000)
    i += np.random.default_rng(4).normal(0, 2e-8, t.size)
    rest = np.arange(1.0, 400.0, 10.0)
    steps = [
        read(0.0, rest, offset_v, np.zeros(rest.size), "Rest", "rest"),
        swept(500.0, R0_OHM, "before"),
        read(600.0, t, STEP_V + offset_v, i, "Potentiostatic", "hold"),
        swept(9000.0, RSS_OHM, "after"),
    ]
    return write_run(path, steps, cell=CELL)


def test_a_step_that_came_before_its_first_reading_still_gives_the_truth(tmp_path):
    made = measurement("bruce-vincent").sheet([polymer(tmp_path / "p.run.sqlite")], {})
    low, high = made.number("transference").interval
    assert low < T_PLUS < high
    assert high - low < 0.06
    assert any("by the spectrum before" in one for one in made.warnings)


def test_the_step_counts_from_what_the_voltmeter_shows_at_rest(tmp_path):
    path = polymer(tmp_path / "p.run.sqlite", 0.0, offset_v=4e-3)
    made = measurement("bruce-vincent").sheet([path], GIVEN)
    assert made.number("step_mv").value == pytest.approx(STEP_V * 1e3, rel=1e-3)
    assert "from 4 mV at rest" in made.number("step_mv").note
    assert any("its electrodes are not alike" in one for one in made.warnings)


def test_the_rest_of_a_hold_is_the_last_one_before_which_nothing_polarised(tmp_path):
    t = np.arange(1.0, 20.0)
    rest = read(0.0, t, 0.002, 0 * t, "Rest", "rest")
    push = read(30.0, t, 0.4, 0 * t + 1e-5, "Galvanostatic", "push")
    hold = read(60.0, t, 0.010, 0 * t + 1e-5, "Potentiostatic", "hold")

    def rest_v(*steps):
        run = load_run(write_run(tmp_path / f"{len(steps)}.run.sqlite", steps, cell=CELL))
        return held_voltages(run, "bruce_vincent")[0].rest_v

    assert rest_v(rest, hold) == pytest.approx(0.002)
    assert rest_v(rest, push, hold) is None


@pytest.mark.parametrize(("readings", "words"), [(1, "0 readings"), (2, "1 reading "), (9, "8 ")])
def test_a_table_too_short_for_a_steady_current_says_how_many_it_needs(tmp_path, readings, words):
    path = tmp_path / "short.csv"
    rows = "\n".join(f"{k},0.01,{1e-5 - k * 1e-7}" for k in range(readings))
    path.write_text(f"time_s,voltage_v,current_a\n{rows}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"short\.csv: {words}.*to 0\.01 V are too few: 20"):
        measurement("bruce-vincent").sheet([path], {})
