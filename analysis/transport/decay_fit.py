"""Fit one model of a decaying current to blocks of readings, and say what its noise is like."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .arrays import Float
from .decay_blocks import Blocks
from .decay_models import DecayModel, grid_of, term_column
from .decay_noise import Noises, restricted_weights

_TRIES = 2
_FIRST_STEPS = 8
_STEPS = 30
_SETTLED = 1e-7
_SEEN = 2.0  # standard errors
_PARAMETERS_OF_NOISE = 2


@dataclass(frozen=True, eq=False)
class DecayFit:
    """A model with its parameters.

    `rates` and `amplitudes_a` (terms,); `curve_a` (m,) at the blocks. `steady_a`, `scale_a` and
    `weights` (g,) are the steady current, its standard error and the weight of each sort of noise,
    of which `noise` is the likeliest; `freedom` are the degrees of freedom. `aicc` compares the
    models of one set of blocks. `whitened` (m,) are residuals of that noise, in its deviation.
    """

    model: DecayModel
    rates: Float
    amplitudes_a: Float
    curve_a: Float
    steady_a: Float
    scale_a: Float
    weights: Float
    noise: int
    freedom: int
    aicc: float
    whitened: Float

    @property
    def mean_a(self) -> float:
        """Steady current, averaged over the sorts of noise."""
        return float(self.weights @ self.steady_a)

    @property
    def deviation_a(self) -> float:
        """Standard deviation of the steady current; Student's t has a wider one than its scale."""
        wide = self.freedom / max(self.freedom - 2, 1)
        within = float(self.weights @ (wide * self.scale_a**2))
        return math.sqrt(within + float(self.weights @ (self.steady_a - self.mean_a) ** 2))


def fit_decay(model: DecayModel, blocks: Blocks, noises: Noises) -> DecayFit | None:
    """Fit by least squares; None if there are too few blocks, or the data do not show the curve.

    White noise first, then the likeliest noise of what is left (generalised least squares), of
    which all errors are made. AICc: N. Sugiura, Commun. Stat. A 7 (1978) 13.
    """
    m, p = len(blocks.count), model.parameters
    if m < p + _PARAMETERS_OF_NOISE + 3:
        return None
    rates = _best_of(model, blocks, noises.whitening[0], _starts(model, blocks, noises))
    for _ in range(2):
        jacobian, curve, amplitudes = _linear(model, blocks, rates, blocks.current_a)
        if not _is_determined(jacobian):
            return None
        weights = restricted_weights(noises, jacobian, blocks.current_a - curve)
        noise = int(np.argmax(weights))
        if noise:
            rates = _best_of(model, blocks, noises.whitening[noise], [rates])
    jacobian, curve, amplitudes = _linear(
        model, blocks, rates, blocks.current_a, noises.whitening[noise]
    )
    misfit = blocks.current_a - curve
    if not (
        _is_determined(jacobian)
        and _shows_every_term(noises.whitening[noise], jacobian, misfit, amplitudes)
    ):
        return None
    weights = restricted_weights(noises, jacobian, misfit)
    steady, scale = _steady(noises, jacobian, misfit)
    whitened = noises.whitening[noise] @ misfit
    squares = float(whitened @ whitened)
    return DecayFit(
        model,
        rates,
        amplitudes[1:],
        curve,
        amplitudes[0] + steady,
        scale,
        weights,
        noise,
        m - p,
        _aicc(squares, float(noises.log_determinant[noise]), m, p + 1 + 2 * (noise > 0)),
        whitened / math.sqrt(max(squares, 1e-300) / (m - p)),
    )


def _aicc(squares: float, determinant: float, m: int, k: int) -> float:
    return m * math.log(max(squares, 1e-300) / m) + determinant + 2 * k * m / max(m - k - 1, 1)


def _linear(
    model: DecayModel, blocks: Blocks, rates: Float, current: Float, whitening: Float | None = None
) -> tuple[Float, Float, Float]:
    """Jacobian (m, p), curve (m,) and linear parameters for given rates."""
    columns = model.columns(blocks, rates)
    if whitening is None:
        root = np.sqrt(blocks.count)
        left, right = columns * root[:, None], current * root
    else:
        left, right = whitening @ columns, whitening @ current
    amplitudes: Float = np.asarray(np.linalg.lstsq(left, right, rcond=None)[0], dtype=np.float64)
    slopes = model.slopes(blocks, rates, amplitudes[1:])
    return np.concatenate([columns, slopes], axis=1), columns @ amplitudes, amplitudes


def _steady(noises: Noises, jacobian: Float, misfit: Float) -> tuple[Float, Float]:
    """By how much each sort of noise would move the steady current, and its scale: (g,) each."""
    m, p = jacobian.shape
    length = np.linalg.norm(jacobian, axis=0)
    left = noises.whitening @ (jacobian / length)
    right = noises.whitening @ misfit
    q, r = np.linalg.qr(left)
    solved = np.linalg.solve(r, np.einsum("gmp,gm->gp", q, right)[:, :, None])[:, :, 0]
    rest = right - np.einsum("gmp,gp->gm", left, solved)
    variance = np.einsum("gm,gm->g", rest, rest) / (m - p)
    inverse = np.linalg.inv(r)
    spread = np.einsum("gp,gp->g", inverse[:, 0], inverse[:, 0])
    return solved[:, 0] / length[0], np.sqrt(variance * spread) / length[0]


def _shows_every_term(whitening: Float, jacobian: Float, misfit: Float, amplitudes: Float) -> bool:
    """Whether each amplitude exceeds twice its error: else a term less will do."""
    terms = len(amplitudes) - 1
    m, p = jacobian.shape
    inverse = np.linalg.inv(np.linalg.qr(whitening @ jacobian, mode="r"))
    variance = float(np.sum((whitening @ misfit) ** 2)) / (m - p)
    errors = np.sqrt(variance * np.sum(inverse**2, axis=1))[1 : terms + 1]
    return bool((np.abs(amplitudes[1:]) > _SEEN * errors).all())


def _is_determined(jacobian: Float) -> bool:
    length = np.linalg.norm(jacobian, axis=0)
    if not (np.isfinite(length).all() and (length > 0).all()):
        return False
    return bool(np.linalg.cond(jacobian / length) < 1e7)


def _starts(model: DecayModel, blocks: Blocks, noises: Noises) -> list[Float]:
    """The best rates of a grid for each neighbouring pair of the slowest time constant.

    Where noise is small, a slow exponential beside a power of time shows only once the power is
    right: the best few of the whole grid would all miss it.
    """
    if not model.terms:
        return [np.empty(0)]
    tried = np.stack(list(model.starts(blocks)))
    kinds = dict.fromkeys(model.kinds)
    grids = {kind: grid_of(kind, blocks) for kind in kinds}
    columns = noises.whitening[0] @ np.stack(
        [np.ones(len(blocks.count))]
        + [term_column(kind, blocks, float(q)) for kind in kinds for q in grids[kind]],
        axis=1,
    )
    y = noises.whitening[0] @ blocks.current_a
    gram, right = columns.T @ columns, columns.T @ y
    index = np.zeros((len(tried), 1 + model.terms), dtype=np.intp)
    first = dict(zip(kinds, (1, 1 + len(next(iter(grids.values())))), strict=False))
    for k, kind in enumerate(model.kinds):
        index[:, k + 1] = first[kind] + np.searchsorted(grids[kind], tried[:, k] - 1e-12)
    inner = gram[index[:, :, None], index[:, None, :]]
    inner = inner + 1e-11 * np.einsum("kpp->kp", inner)[:, :, None] * np.eye(index.shape[1])
    solved = np.linalg.solve(inner, right[index][:, :, None])[:, :, 0]
    gained = np.einsum("kp,kp->k", solved, right[index])
    best_first = np.argsort(-gained, kind="stable")
    slowest = index[best_first, max(model.kinds.count("exponential"), 1)]
    _, chosen = np.unique(slowest // 2, return_index=True)
    return [tried[best_first[k]] for k in np.sort(chosen)]


def _best_of(model: DecayModel, blocks: Blocks, whitening: Float, starts: list[Float]) -> Float:
    """Rates of the least sum of squares; of many starts only the most promising go on."""
    if not model.terms:
        return starts[0]
    if len(starts) > _TRIES:
        tried = [_descend(model, blocks, whitening, start, _FIRST_STEPS) for start in starts]
        starts = [q for _, q in sorted(tried, key=lambda one: one[0])[:_TRIES]]
    found = [_descend(model, blocks, whitening, start, _STEPS) for start in starts]
    return min(found, key=lambda one: one[0])[1]


def _descend(
    model: DecayModel, blocks: Blocks, whitening: Float, rates: Float, steps: int
) -> tuple[float, Float]:
    """Levenberg-Marquardt over the rates, the linear parameters projected out.

    G. H. Golub, V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413, with L. Kaufman's approximation,
    BIT 15 (1975) 49.
    """
    y = whitening @ blocks.current_a
    low, high = model.limits(blocks)

    def at(q: Float) -> tuple[float, Float, Float]:
        columns = model.columns(blocks, q)
        basis, upper = np.linalg.qr(whitening @ columns)
        diagonal = np.abs(np.diag(upper))
        if diagonal.min() <= 1e-10 * diagonal.max():
            return math.inf, y, np.zeros((len(y), len(q)))
        rest = y - basis @ (basis.T @ y)
        amplitudes = np.linalg.solve(upper, basis.T @ y)
        slopes = whitening @ model.slopes(blocks, q, amplitudes[1:])
        return float(rest @ rest), rest, slopes - basis @ (basis.T @ slopes)

    damping = 1e-2
    squares, rest, slopes = at(rates)
    for _ in range(steps):
        normal = slopes.T @ slopes
        scale = np.diag(np.maximum(np.diag(normal), 1e-300))
        step = np.linalg.solve(normal + damping * scale, slopes.T @ rest)
        tried = np.clip(rates + np.clip(step, -1.0, 1.0), low, high)
        new = at(tried)
        if new[0] < squares:
            moved = float(np.abs(tried - rates).max())
            gained = squares - new[0]
            rates, (squares, rest, slopes) = tried, new
            damping = max(damping / 5, 1e-9)
            if moved < _SETTLED or gained < 1e-7 * squares:
                break
        else:
            damping *= 8
            if damping > 1e6:
                break
    return squares, rates
