"""The non-negative least squares agrees with scipy's, however ill-conditioned."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls
from solidcell.analysis.impedance.relaxation import nonnegative
from solidcell.analysis.impedance.relaxation.nonnegative import non_negative


def problem(seed, size, smooth):
    rng = np.random.default_rng(seed)
    design = rng.normal(size=(size + 5, size)) * 10 ** rng.uniform(-3, 3, size)
    if smooth:
        design = np.cumsum(np.cumsum(design, axis=1), axis=0)
    normal = design.T @ design
    normal = normal + 1e-9 * np.diag(np.diag(normal))
    return normal, design.T @ rng.normal(size=size + 5)


def height(normal, right, x):
    return 0.5 * x @ normal @ x - right @ x


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 30), smooth=st.booleans())
def test_the_minimum_is_that_of_lawson_and_hanson(seed, size, smooth):
    normal, right = problem(seed, size, smooth)
    found = non_negative(normal, right)
    root = np.linalg.cholesky(normal)
    truth, _ = nnls(root.T, np.linalg.solve(root, right))
    assert (found >= 0).all()
    best = height(normal, right, truth)
    assert height(normal, right, found) <= best + 1e-7 * abs(best)


@pytest.mark.parametrize("seed", range(20))
def test_the_slow_way_finds_the_same_minimum(seed, monkeypatch):
    normal, right = problem(seed, 20, smooth=True)
    fast = non_negative(normal, right)
    monkeypatch.setattr(nonnegative, "_MOST_PIVOTS", 1)
    slow = non_negative(normal, right)
    best = height(normal, right, fast)
    assert height(normal, right, slow) == pytest.approx(best, rel=1e-6)


def test_an_answer_that_is_all_zero_is_found():
    assert non_negative(np.eye(3), -np.ones(3)).tolist() == [0, 0, 0]
