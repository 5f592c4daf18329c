"""From the joint minimum of a series to what is reported of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...geometry import Geometry, Quantity
from ..arrays import Bool, Complex, Float
from ..fitting.errors_of_fit import LARGEST_EXPONENT_ERROR, LARGEST_RELATIVE_ERROR, Withheld
from ..spectrum import Spectrum
from ..structure import independent_share
from .joint import residuals_and_slopes, triangles
from .joint_fit import JointFit, effective_count, inverse_normal
from .result import SeriesFit
from .support import SeparateNoise, Support, aicc, contradicted
from .ties import BOLTZMANN_EV_PER_K, Ties
from .warnings_of_series import warnings_of

_AT_BOUND = 1e-9
_EXACT = 1e-16


@dataclass(frozen=True, eq=False)
class _Spread:
    """Doubt of the joint coordinates, and whether they lie on a bound."""

    covariance: Float
    freedom: float
    low: Bool
    high: Bool


def assembled(joint: JointFit, believed: bool, along: str, geometry: Geometry | None) -> SeriesFit:
    """Return the result; `believed` weights are standard deviations and are not rescaled."""
    plan, coordinates, u = joint.plan, joint.coordinates, joint.u
    residuals = _residuals(joint, u)
    chi2 = np.array([float(np.sum(np.abs(one) ** 2)) for one in residuals])
    spread = _spread(joint, residuals, float(chi2.sum()), believed)
    in_u = _covariance_of_u(joint.problem.ties, spread.covariance)
    turn = _block_diagonal(coordinates.turn(u))
    in_logs = turn @ in_u @ turn.T
    withheld = _withheld(joint, spread, in_logs)
    own_withheld = _withheld(joint, spread, in_u)
    log, values = coordinates.log, coordinates.values(u)
    own_values = np.where(log, np.exp(np.where(log, u, 0.0)), u)
    support = _support(joint, u, float(chi2.sum())) if plan.is_tied else None
    series = SeriesFit(
        circuit=plan.circuit,
        along=along,
        at=plan.entry.at,
        places=plan.entry.places,
        values=values,
        standard_errors=_errors(in_logs, values, log, withheld),
        coordinate_names=coordinates.names,
        coordinate_values=own_values,
        coordinate_errors=_errors(in_u, own_values, log, own_withheld),
        roles=plan.roles,
        withheld=withheld,
        coordinate_withheld=own_withheld,
        covariance_log=in_logs,
        residuals=residuals,
        chi2=chi2,
        degrees_of_freedom=spread.freedom,
        converged=bool(joint.minimum.converged[0]),
        support=support,
        activation_energies=_activation_energies(joint, spread),
        strengths={coordinates.names[place]: s for place, s in joint.strengths.items()},
        left_out=plan.entry.left_out,
        spectra=tuple(_used(joint, row) for row in range(len(plan.stack))),
        inductive=tuple(
            len(one) - int(n) for one, n in zip(plan.entry.spectra, plan.stack.counts, strict=True)
        ),
        settings=plan.settings,
        geometry=geometry,
        warnings=(),
    )
    return replace(series, warnings=warnings_of(series))


def _used(joint: JointFit, row: int) -> Spectrum:
    used = np.all(joint.plan.stack.weight[row] > 0, axis=0)
    own = joint.plan.entry.spectra[row]
    return own.only(used[: len(own)])


def _residuals(joint: JointFit, u: Float) -> tuple[Complex, ...]:
    """Weighted, measured minus fitted, of the points that count."""
    stack = joint.plan.stack
    found, _ = residuals_and_slopes(joint.coordinates, stack, u)
    n = stack.z_ohm.shape[1]
    both = -(found[:, :n] + 1j * found[:, n:])
    used = np.all(stack.weight > 0, axis=1)
    return tuple(one[own] for one, own in zip(both, used, strict=True))


def _spread(
    joint: JointFit, residuals: tuple[Complex, ...], chi2: float, believed: bool
) -> _Spread:
    """Propagate the noise of the data to the joint coordinates, as for a single fit."""
    ties, theta = joint.problem.ties, joint.minimum.x[0]
    low_x, high_x = ties.limits(joint.lower, joint.upper)
    low, high = theta <= low_x + _AT_BOUND, theta >= high_x - _AT_BOUND
    jacobian = joint.minimum.jacobian[0]
    freedom = 2.0 * joint.plan.stack.counts.sum() - effective_count(
        joint.problem, inverse_normal(jacobian)
    )
    # an exponent on its bound could as well lie inside: its doubt still widens the others'
    free = ~_of_logs(joint) | ~(low | high)
    inner = inverse_normal(jacobian * free) * np.outer(free, free)
    if not believed:
        variance = chi2 / freedom
        inner *= variance if variance < _EXACT else variance / _share(joint, residuals)
    return _Spread(inner, freedom, low, high)


def _of_logs(joint: JointFit) -> Bool:
    found = np.ones(joint.problem.ties.count, dtype=np.bool_)
    for place, own in enumerate(joint.problem.ties.places):
        found[own] = joint.coordinates.log[place]
    return found


def _share(joint: JointFit, residuals: tuple[Complex, ...]) -> float:
    """How many independent points a point is worth, over the whole series."""
    stack = joint.plan.stack
    used = np.all(stack.weight > 0, axis=1)
    shares = [
        independent_share(frequency[own], one)
        for frequency, own, one in zip(stack.frequency_hz, used, residuals, strict=True)
    ]
    return float(np.average(shares, weights=stack.counts))


def _covariance_of_u(ties: Ties, covariance: Float) -> Float:
    flat = ties.matrix.reshape(-1, ties.count)
    turned: Float = flat @ covariance @ flat.T
    return turned


def _block_diagonal(blocks: Float) -> Float:
    m, p, _ = blocks.shape
    whole = np.zeros((m, p, m, p))
    whole[np.arange(m), :, np.arange(m)] = blocks
    return whole.reshape(m * p, m * p)


def _withheld(joint: JointFit, spread: _Spread, covariance: Float) -> NDArray[np.int8]:
    ties, log = joint.problem.ties, joint.coordinates.log
    m, p = ties.offset.shape
    deviation = np.sqrt(np.maximum(np.diag(covariance), 0.0)).reshape(m, p)
    touches = np.abs(ties.matrix) > 0
    low, high = (touches & spread.low).any(axis=2), (touches & spread.high).any(axis=2)
    fixed = np.array([role == "fixed" for role in ties.roles])
    unknown = deviation > np.where(log, LARGEST_RELATIVE_ERROR, LARGEST_EXPONENT_ERROR)
    found = np.select(
        [np.broadcast_to(fixed, (m, p)), low, high, unknown],
        [Withheld.FIXED, Withheld.LOWER_BOUND, Withheld.UPPER_BOUND, Withheld.UNDETERMINED],
        Withheld.NO,
    )
    return found.astype(np.int8)


def _errors(covariance: Float, values: Float, log: Bool, withheld: NDArray[np.int8]) -> Float:
    deviation = np.sqrt(np.maximum(np.diag(covariance), 0.0)).reshape(values.shape)
    own = deviation * np.where(log, values, 1.0)
    return np.where(withheld == Withheld.NO, own, np.nan)


def _activation_energies(joint: JointFit, spread: _Spread) -> dict[str, Quantity]:
    """Ea = kB (ln y_cold - ln y_hot) / (1/T_cold - 1/T_hot) of each Arrhenius-tied quantity."""
    ties, at = joint.problem.ties, joint.plan.entry.at
    found = {}
    for place, own in enumerate(ties.places):
        if ties.roles[place] != "arrhenius":
            continue
        per_log = BOLTZMANN_EV_PER_K / (1.0 / at.min() - 1.0 / at.max())
        slope = per_log * np.array([1.0, -1.0])
        error = float(np.sqrt(max(slope @ spread.covariance[own, own] @ slope, 0.0)))
        value = float(slope @ joint.minimum.x[0][own])
        known = not (spread.low[own] | spread.high[own]).any() and error < 0.5 * abs(value)
        found[joint.coordinates.names[place]] = Quantity(value, error if known else None, "eV")
    return found


def _support(joint: JointFit, u: Float, chi2: float) -> Support:
    """Hold the joint fit against separate ones."""
    plan, ties = joint.plan, joint.problem.ties
    m = len(plan.stack)
    data = 2.0 * float(plan.stack.counts.sum())
    own = sum(role != "fixed" for role in plan.roles)
    spent = effective_count(joint.problem, inverse_normal(joint.minimum.jacobian[0]))
    separate = min(float(joint.separate.cost.sum()), chi2)
    signal = float(np.sum(np.abs(plan.stack.z_ohm[:, None]) ** 2 * plan.stack.weight**2))
    noise = SeparateNoise(separate, data - m * own, _EXACT * signal)
    ratio, probability = noise.f_ratio(chi2 - separate, m * own - spent)
    residuals, slopes = triangles(joint.coordinates, plan.stack, u)
    penalty = joint.problem.penalty
    floor = noise.floor
    return Support(
        joint_chi2=chi2,
        separate_chi2=separate,
        ties=m * own - spent,
        degrees_of_freedom=noise.degrees_of_freedom,
        f=ratio,
        probability=probability,
        aicc_difference=aicc(max(chi2, floor), data, spent)
        - aicc(max(separate, floor), data, m * own),
        contradicted=contradicted(joint.coordinates.names, ties, residuals, slopes, penalty, noise),
    )
