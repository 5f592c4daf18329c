"""Where one more arc could be, or one less."""

from __future__ import annotations

import numpy as np

from ..arrays import Complex, Float
from ..fitting.objective import Stack
from .shapes import Parts
from .trials import Trial

_EXPONENT = 0.9
_GRID = 40
_BEYOND_WINDOW = 5.0
_PLACES = 3
_SPLIT = 3.0
_SMALLEST_SHARE = 0.003


def with_one_more(trial: Trial, stack: Stack) -> Float:
    """Return starts (s, p): an arc where the residuals ask for it, or in two of what was one."""
    parts = trial.parts
    grown = [_with(parts, np.vstack([parts.arcs, arc])) for arc in _asked_for(trial, stack)]
    grown += [_with(parts, _split(parts.arcs, k)) for k in range(len(parts.arcs))]
    return np.array(grown)


def with_one_less(trial: Trial) -> Float:
    """Return starts (s, p): an arc left out, or two neighbours in one."""
    parts = trial.parts
    count = len(parts.arcs)
    shrunk = [_with(parts, np.delete(parts.arcs, k, axis=0)) for k in range(count)]
    shrunk += [_with(parts, _merged(parts.arcs, k)) for k in range(count - 1)]
    return np.array(shrunk)


def gains(trial: Trial, stack: Stack, columns: Complex) -> tuple[Float, Float]:
    """Sizes (t,) of small additions (t, n) in ohm and how much each would lower chi2, linearly.

    What the circuit itself can follow of an addition counts for nothing.
    """
    weight = stack.weight[0].T.ravel()
    rows = np.ascontiguousarray(columns).view(np.float64) * weight
    target = np.ascontiguousarray(trial.residuals).view(np.float64)
    basis, _ = np.linalg.qr(trial.jacobian / (np.linalg.norm(trial.jacobian, axis=0) + 1e-300))
    rows = rows - (rows @ basis) @ basis.T
    squares = np.einsum("tn,tn->t", rows, rows) + 1e-300
    pull = rows @ target
    return pull / squares, pull**2 / squares


def _asked_for(trial: Trial, stack: Stack) -> list[Float]:
    omega = 2 * np.pi * stack.frequency_hz
    tau = np.geomspace(1 / (_BEYOND_WINDOW * omega.max()), _BEYOND_WINDOW / omega.min(), _GRID)
    unit = (1.0 / (1.0 + (1j * omega * tau[:, None]) ** _EXPONENT)).astype(np.complex128)
    size, gain = gains(trial, stack, unit)
    gain = np.where(size > 0, gain, 0.0)
    padded = np.concatenate([[0.0], gain, [0.0]])
    tops = np.flatnonzero((gain >= padded[:-2]) & (gain > padded[2:]))
    tops = tops[np.argsort(-gain[tops])][:_PLACES]
    order = np.argsort(-omega, kind="stable")
    modulus = np.interp(np.log(tau), -np.log(omega[order]), np.abs(stack.z_ohm[0, order]))
    found = []
    for k in tops if tops.size else [_GRID // 2]:
        r = float(np.clip(size[k], _SMALLEST_SHARE * modulus[k], modulus[k]))
        found.append(np.array([r, tau[k] ** _EXPONENT / r, _EXPONENT]))
    return found


def _with(parts: Parts, arcs: Float) -> Float:
    return Parts(parts.inductance_h, parts.series_ohm, arcs, parts.tail).values()


def _split(arcs: Float, k: int) -> Float:
    """Two arcs of half the size on either side of arc k."""
    r, q, exponent = arcs[k]
    tau = (r * q) ** (1 / exponent)
    narrower = min(1.0, exponent + 0.1)
    halves = [
        np.array([r / 2, (tau * factor) ** narrower / (r / 2), narrower])
        for factor in (1 / _SPLIT, _SPLIT)
    ]
    return np.vstack([np.delete(arcs, k, axis=0), *halves])


def _merged(arcs: Float, k: int) -> Float:
    """One arc in the place of arcs k and k + 1."""
    r, q, exponent = arcs[k : k + 2].T
    log_tau = np.log(r * q) / exponent
    whole = r.sum()
    wider = max(0.6, float(exponent.min()) - 0.1)
    tau = float(np.exp((log_tau * r).sum() / whole))
    one = np.array([whole, tau**wider / whole, wider])
    return np.vstack([arcs[:k], one, arcs[k + 2 :]])
