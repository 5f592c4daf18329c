"""The search itself, on problems whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear
from solidcell.analysis.impedance.fitting.bounded_step import bounded_step
from solidcell.analysis.impedance.fitting.least_squares import Descent, minimise


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


def linear(design, target):
    def problem(x, rows):
        return x @ design.T - target, np.broadcast_to(design, (len(rows), *design.shape))

    return problem


def test_a_start_that_rests_stays_where_it_is_until_it_is_woken():
    design = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    wide = np.full(2, 100.0)
    descent = Descent.begin(
        linear(design, np.ones(3)), np.full((2, 2), 7.0), -wide, wide, longest_step=wide
    )
    descent.resting[1] = True
    descent.run(50)
    assert descent.done.tolist() == [True, False]
    np.testing.assert_array_equal(descent.x[1], 7.0)
    descent.resting[1] = False
    descent.run(50)
    np.testing.assert_allclose(descent.x[1], descent.x[0], rtol=1e-4)


def test_a_direction_that_the_data_do_not_know_does_not_keep_a_fit_from_converging():
    # both unknowns only act as their product: the minimum is a curve
    def product(x, rows):
        residuals = (x[:, :1] * x[:, 1:] - 6.0) * np.arange(1.0, 5.0) + [0.1, -0.1, 0.1, 0.2]
        jacobian = np.arange(1.0, 5.0)[None, :, None] * x[:, None, ::-1]
        return residuals, jacobian

    starts = np.array([[1.0, 1.0], [50.0, 0.01], [0.1, 3.0]])
    bounds = np.full(2, 1e-3), np.full(2, 1e3)
    found = minimise(product, starts, *bounds, longest_step=np.full(2, 10.0))
    assert found.converged.all()
    np.testing.assert_allclose(found.x.prod(axis=1), found.x[0].prod(), rtol=1e-4)


def test_the_end_lies_a_thousandth_of_a_standard_error_from_the_minimum():
    rng = np.random.default_rng(5)
    t = np.linspace(0, 4, 60)
    data = 3.0 * np.exp(-0.7 * t) + 0.5 + rng.normal(0, 0.05, 60)

    def decay(x, rows):
        fall = np.exp(-x[:, 1:2] * t)
        parts = [fall, -x[:, :1] * t * fall, np.ones_like(fall)]
        return x[:, :1] * fall + x[:, 2:] - data, np.stack(parts, axis=2)

    bounds = np.zeros(3), np.full(3, 50.0)
    step = np.full(3, 5.0)
    found = minimise(decay, np.array([[1.0, 2.0, 0.0]]), *bounds, longest_step=step)
    exact = minimise(decay, found.x, *bounds, longest_step=step, tolerance=1e-15)
    covariance = np.linalg.inv(exact.jacobian[0].T @ exact.jacobian[0]) * exact.cost[0] / 57
    assert (np.abs(found.x - exact.x)[0] < 2e-3 * np.sqrt(np.diag(covariance))).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), damping=st.floats(0, 10))
def test_no_step_leaves_its_reach_and_a_free_one_solves_the_damped_equations(seed, damping):
    rng = np.random.default_rng(seed)
    design = rng.normal(size=(2, 12, 3))
    normal, gradient = np.swapaxes(design, 1, 2) @ design, rng.normal(size=(2, 3))
    nobody = np.zeros((2, 3), dtype=bool)
    short = np.full((2, 3), -0.02), np.full((2, 3), 0.01)
    step = bounded_step(normal, gradient, nobody, np.full(2, damping), short)
    assert ((step >= short[0]) & (step <= short[1])).all()
    wide = np.full((2, 3), -1e9), np.full((2, 3), 1e9)
    free = bounded_step(normal, gradient, nobody, np.full(2, damping), wide)
    damped = normal + damping * np.einsum("bpp,pq->bpq", normal, np.eye(3))
    np.testing.assert_allclose((damped @ free[..., None])[..., 0], -gradient, atol=1e-7)
