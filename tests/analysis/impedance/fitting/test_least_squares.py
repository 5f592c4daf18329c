"""The search itself, on problems whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear
from solidcell.analysis.impedance.fitting.least_squares import minimise


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), likeness=st.floats(0, 0.97))
def test_bounded_linear_problems_end_where_scipy_ends(seed, likeness):
    rng = np.random.default_rng(seed)
    design = rng.normal(size=(20, 4))
    design[:, 1] = likeness * design[:, 0] + (1 - likeness) * design[:, 1]
    target = design @ rng.normal(0, 2, 4) + 0.1 * rng.normal(size=20)
    lower, upper = -np.ones(4), np.ones(4)

    def problem(x, rows):
        return x @ design.T - target, np.broadcast_to(design, (len(rows), *design.shape))

    found = minimise(problem, np.zeros((1, 4)), lower, upper, longest_step=np.full(4, 5.0))
    expected = lsq_linear(design, target, (lower, upper), tol=1e-13)
    assert found.converged[0]
    assert found.cost[0] == pytest.approx(2 * expected.cost, rel=1e-6, abs=1e-12)


def test_a_curved_valley_is_followed_to_its_end_from_every_start():
    def rosenbrock(x, rows):
        residuals = np.stack([10 * (x[:, 1] - x[:, 0] ** 2), 1 - x[:, 0]], axis=1)
        jacobian = np.zeros((len(rows), 2, 2))
        jacobian[:, 0, 0], jacobian[:, 0, 1], jacobian[:, 1, 0] = -20 * x[:, 0], 10, -1
        return residuals, jacobian

    starts = np.array([[-1.2, 1.0], [3.0, -2.0], [0.0, 5.0]])
    bounds = np.full(2, -10.0), np.full(2, 10.0)
    found = minimise(rosenbrock, starts, *bounds, longest_step=np.full(2, 5.0))
    np.testing.assert_allclose(found.x, 1.0, atol=1e-6)
    assert found.converged.all()


def test_a_start_without_a_finite_value_is_not_called_converged_to_anything():
    def broken(x, rows):
        return np.full((len(rows), 3), np.nan), np.zeros((len(rows), 3, 1))

    found = minimise(broken, np.ones((1, 1)), np.zeros(1), np.ones(1), longest_step=np.ones(1))
    assert not found.converged[0]
    assert found.cost[0] == np.inf
