"""Starts and search: circuits of every kind are found from the data alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from impedance.models.circuits import CustomCircuit
from scipy.optimize import nnls
from solidcell.analysis.impedance import Spectrum, fit, fit_many, parse_circuit, user_element
from solidcell.analysis.impedance.fitting.nonnegative_sizes import sizes_and_costs
from solidcell.analysis.impedance.fitting.objective import Stack
from solidcell.analysis.impedance.fitting.race import Race
from solidcell.analysis.impedance.fitting.settings import FitSettings
from solidcell.analysis.impedance.fitting.start import dictionary, starting_values

FREQUENCY_HZ = np.geomspace(1e6, 0.1, 57)
NOTHING_KNOWN = FitSettings("modulus", {}, {}, {}, {}, ordered=True)


def refitted(code, values, frequency=FREQUENCY_HZ, **settings_):
    circuit = parse_circuit(code)
    z = circuit.impedance_ohm(frequency, values)
    return fit(circuit, Spectrum(frequency, z), **settings_)


@settings(max_examples=12, deadline=None)
@given(log_r=st.floats(-3, 12), log_c=st.floats(-15, 1), ratio=st.floats(0.05, 20))
def test_exact_data_of_a_milliohm_to_a_teraohm_come_back_exactly(log_r, log_c, ratio):
    # 1 mohm to 1 Tohm and 1 fF to 10 F, seen through a window of six decades about the arc
    r, c = 10**log_r, 10**log_c
    frequency = np.geomspace(1e3, 1e-3, 43) / (2 * np.pi * r * c)
    values = [ratio * r, r, c]
    result = refitted("R0-p(R1,C1)", values, frequency)
    np.testing.assert_allclose(result.values, values, rtol=1e-6)


@settings(max_examples=8, deadline=None)
@given(
    log_r=st.floats(-2, 11),
    log_time=st.floats(-12, 3),
    exponents=st.tuples(st.floats(0.75, 1.0), st.floats(0.75, 0.95)),
    apart=st.floats(1.7, 3.0),
)
def test_two_exact_arcs_come_back_exactly_wherever_they_lie(log_r, log_time, exponents, apart):
    r, tau = 10**log_r, 10.0 ** (log_time + np.array([0.0, apart]))
    charges = [tau[k] ** exponents[k] / r for k in (0, 1)]
    values = [0.1 * r, r, charges[0], exponents[0], r, charges[1], exponents[1]]
    frequency = np.geomspace(1e3, 1e-3 / 10**apart, 60) / (2 * np.pi * tau[0])
    result = refitted("R0-p(R1,CPE1)-p(R2,CPE2)", values, frequency)
    np.testing.assert_allclose(result.values, values, rtol=1e-5)


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("R0-p(R1,CPE1)-CPE2", [20, 400, 1e-7, 0.92, 3e-5, 0.85]),
        ("R0-p(R1,C1)-Wo1", [20, 400, 1e-7, 300, 2.0]),
        ("R0-p(R1-Ws1,CPE1)", [10, 200, 300, 0.5, 1e-5, 0.9]),
        ("p(R1,C1)-G1", [500, 1e-8, 300, 0.02]),
        ("R0-Zarc1-Zarc2", [10, 200, 1e-5, 0.9, 300, 1e-2, 0.8]),
        ("R0-TLMQ1", [10, 200, 1e-3, 0.9]),
        ("La0-R0-p(R1,CPE1)", [5e-7, 0.95, 20, 200, 1e-5, 0.9]),
        ("L0-R0-p(R1,CPE1)-p(R2,CPE2)-CPE3", [1e-6, 9, 90, 1e-6, 0.9, 200, 1e-4, 0.8, 5e-3, 0.9]),
    ],
)
def test_what_impedance_py_simulates_is_found_again(code, values):
    theirs = CustomCircuit(code, initial_guess=values)
    theirs.parameters_ = np.array(values, dtype=float)
    z = theirs.predict(FREQUENCY_HZ)
    result = fit(parse_circuit(code), Spectrum(FREQUENCY_HZ, z), inductive="keep")
    np.testing.assert_allclose(result.values, values, rtol=2e-5)


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("R1", [470.0]),
        ("CPE1", [1e-6, 0.8]),
        ("R0-C1", [10, 1e-6]),
        ("p(R1,C1)", [470, 1e-8]),
        ("R0-p(R1,CPE1)", [10, 300, 1e-4, 0.5]),
        ("R0-p(R1-p(R2,CPE2),CPE1)", [10, 300, 500, 1e-4, 0.9, 1e-7, 0.95]),
        ("p(R1,p(R2-C2,C1))", [3e3, 2e3, 1e-6, 2e-9]),
    ],
)
def test_small_and_nested_circuits_are_found(code, values):
    np.testing.assert_allclose(refitted(code, values).values, values, rtol=1e-5)


def test_an_element_of_ones_own_is_found():
    stretched = user_element("X", ("ohm", "s"), lambda s, r, tau: r / np.sqrt(1 + s * tau))
    circuit = parse_circuit("R0-p(R1,C1)-X1", elements=[stretched])
    values = [20, 400, 1e-8, 300, 0.02]
    z = circuit.impedance_ohm(FREQUENCY_HZ, values)
    found = fit_many(circuit, FREQUENCY_HZ, z[None, :])
    np.testing.assert_allclose(found.values[0], values, rtol=1e-5)


def test_starts_differ_and_the_first_is_the_best():
    circuit = parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)-CPE3")
    truth = [20, 400, 3e-8, 0.92, 900, 1e-5, 0.85, 1e-3, 0.9]
    z = circuit.impedance_ohm(FREQUENCY_HZ, truth)
    weight = np.ones((1, 2, 57)) / np.abs(z)
    starts = starting_values(circuit, Stack(FREQUENCY_HZ, z[None], weight), NOTHING_KNOWN, 5)[0]
    off = np.abs(circuit.impedance_ohm(FREQUENCY_HZ, starts) / z - 1)
    assert np.argmin((off**2).sum(axis=1)) == 0
    assert off[0].max() < 0.3
    assert len(np.unique(starts[:, [1, 4]].round(6), axis=0)) == 5


def test_the_grid_stays_small_for_many_arcs():
    arcs = "-".join(f"p(R{k},CPE{k})" for k in range(1, 7))
    for code in ("R0-p(R1,C1)", f"R0-{arcs}-CPE7"):
        parts = dictionary(parse_circuit(code), FREQUENCY_HZ)
        assert 0 < len(parts.choices) <= 1200


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_sizes_are_those_of_nonnegative_least_squares(seed):
    rng = np.random.default_rng(seed)
    columns = rng.uniform(0, 1, (3, 12))
    columns /= np.linalg.norm(columns, axis=1)[:, None]
    data = rng.uniform(0.2, 2, 3) @ columns + rng.normal(0, 0.3, 12)
    gram, pull = (columns @ columns.T)[..., None], (columns @ data)[:, None]
    picks = np.array([[0, 1], [0, 2], [0, 1]])
    size, cost = sizes_and_costs(gram, pull, picks)
    for k, pick in enumerate(picks):
        expected, residual = nnls(columns[pick].T, data)
        # two unknowns: one sweep over a clipped solution is the solution
        np.testing.assert_allclose(size[:, k, 0], expected, atol=1e-4)
        assert cost[k, 0] + data @ data == pytest.approx(residual**2, rel=1e-3, abs=1e-6)


def test_the_race_itself_finds_an_arc_that_its_first_steps_may_not_spread_to():
    circuit = parse_circuit("R0-p(R1,CPE1)")
    z = circuit.impedance_ohm(FREQUENCY_HZ, [10, 300, 1e-4, 0.5])[None]
    stack = Stack(FREQUENCY_HZ, z, np.ones((1, 2, 57)) / np.abs(z))
    starts = starting_values(circuit, stack, NOTHING_KNOWN, 4)
    race = Race.begin(circuit, stack, NOTHING_KNOWN, starts)
    race.run()
    assert race.descent.x[race.leader][0, 3] == pytest.approx(0.5, rel=1e-6)
