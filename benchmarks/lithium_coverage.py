"""How often 95 % intervals of a critical current hold the truth, over simulated batches of cells.

    python benchmarks/lithium_coverage.py [--batches 2000] [--sizes 5 10 20 40] [--seed 1]

Each cell's critical current is drawn from a Weibull distribution; its test has steps, so that an
interval is known, and ends at a highest step, so that strong cells are right-censored. Three
ladders: fine, coarse, and one whose top a third of the cells survive. "held" is the share of
batches whose interval holds the truth, with its Wilson interval. A value inside the profile
likelihood's interval is one at which the deviance is allowed: that is asked directly. "refused":
batches in which all failures lie in one step or two neighbours, which have no model.
"Map": regressions over 9 conditions with replicates at each. Last comes the mean of the corrected
modulus over the truth, of batches that have one.
"""

import argparse
import math
import time
from dataclasses import dataclass, field

import numpy as np
from solidcell.analysis.statistics import (
    NoMaximumError,
    Observation,
    WeibullModel,
    fit_weibull_regression,
    modulus_bias,
    quantile_interval,
)
from solidcell.analysis.statistics.log_weibull import maximise
from solidcell.analysis.statistics.profile import (
    Conditions,
    modulus_conditions,
    quantile_conditions,
)
from solidcell.analysis.statistics.small_sample import deviance_allowed

SCALE_MA_CM2 = 1.2
LADDERS = {
    "fine, 0.1 to 3": (3.3, 0.1, 3.0),
    "coarse, 0.25 to 2.5": (3.3, 0.25, 2.5),
    "short, 0.2 to 1.2": (3.3, 0.2, 1.2),
    "wide scatter, 0.1 to 3": (2.0, 0.1, 3.0),
}
EXTREMES = {"scale": 0.0, "median": math.log(math.log(2)), "B10": math.log(-math.log(0.9))}


@dataclass
class Tally:
    held: dict[str, list[bool]] = field(default_factory=dict)
    bias: list[float] = field(default_factory=list)
    refused: int = 0

    def add(self, name: str, is_held: bool) -> None:
        self.held.setdefault(name, []).append(is_held)


def wilson(share: float, n: int) -> tuple[float, float]:
    z = 1.96
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return centre - half, centre + half


def on_a_ladder(values: np.ndarray, step: float, top: float) -> list[Observation]:
    upper = np.ceil(values / step - 1e-12) * step
    return [
        Observation(max(0.0, u - step), u) if u <= top + 1e-9 else Observation.right(top)
        for u in upper.tolist()
    ]


def is_inside(model: WeibullModel, conditions: Conditions, truth: float) -> bool:
    there = maximise(model.bounds, model.parameters, conditions(truth))[1]
    allowed = deviance_allowed(model.n, model.degrees_of_freedom, 0.95)
    return 2 * (model.log_likelihood - there.value) <= allowed


def one_batch(tally: Tally, cells: list[Observation], modulus: float) -> None:
    median = SCALE_MA_CM2 * math.log(2) ** (1 / modulus)
    low, high = quantile_interval(cells, 0.5)
    tally.add("median, ordered values", low <= median <= high)
    try:
        model = fit_weibull_regression(cells)
    except NoMaximumError:
        tally.refused += 1
        return
    for name, extreme in EXTREMES.items():
        truth = math.log(SCALE_MA_CM2) + extreme / modulus
        tally.add(name, is_inside(model, quantile_conditions(np.ones(1), extreme), truth))
    tally.add("modulus", is_inside(model, modulus_conditions(2), math.log(modulus)))
    if model.failures >= 10:
        bias = modulus_bias(model.n, model.failures)
        tally.bias.append(model.parameters[-1] / bias / modulus)


def one_map(tally: Tally, rng: np.random.Generator, replicates: int) -> None:
    modulus, truth = 3.3, (math.log(SCALE_MA_CM2), -0.25, 0.4)
    grid = [(math.log(q), math.log(p)) for q in (0.1, 0.5, 2.0) for p in (0.2, 1.0, 2.0)]
    columns = np.repeat(np.array(grid), replicates, axis=0)
    scales = np.exp(truth[0] + columns @ np.array(truth[1:]))
    cells = on_a_ladder(scales * rng.weibull(modulus, scales.size), 0.2, 3.0)
    model = fit_weibull_regression(cells, columns, ["lnQ", "lnp"])
    for j, name in enumerate(("exponent of Q", "exponent of p"), start=1):
        row = np.eye(3)[j]
        tally.add(name, is_inside(model, quantile_conditions(row, 0.0, j), truth[j]))
    place = np.concatenate([[1.0], -model.centres])
    median = truth[0] + EXTREMES["median"] / modulus
    tally.add("median", is_inside(model, quantile_conditions(place, EXTREMES["median"]), median))
    tally.add("modulus", is_inside(model, modulus_conditions(4), math.log(modulus)))


def show(title: str, tally: Tally, batches: int, cpu_s: float) -> None:
    print(f"{title}: refused {tally.refused} of {batches}, {1e3 * cpu_s / batches:.1f} ms a batch")
    for name, held in tally.held.items():
        low, high = wilson(float(np.mean(held)), len(held))
        print(f"  {name:24} held {np.mean(held):6.1%}  ({low:.1%} to {high:.1%})")
    if tally.bias:
        print(f"  corrected modulus over truth {np.mean(tally.bias):.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batches", type=int, default=2000)
    parser.add_argument("--sizes", type=int, nargs="*", default=[5, 10, 20, 40])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for ladder, (modulus, step, top) in LADDERS.items():
        for n in options.sizes:
            rng, tally = np.random.default_rng([options.seed, n]), Tally()
            began = time.process_time()
            for _ in range(options.batches):
                values = SCALE_MA_CM2 * rng.weibull(modulus, n)
                one_batch(tally, on_a_ladder(values, step, top), modulus)
            show(
                f"{ladder}, modulus {modulus}, n = {n}",
                tally,
                options.batches,
                time.process_time() - began,
            )
    for replicates in (3, 5):
        rng, tally = np.random.default_rng(options.seed), Tally()
        began = time.process_time()
        for _ in range(options.batches):
            one_map(tally, rng, replicates)
        show(
            f"map of 9 conditions x {replicates} cells",
            tally,
            options.batches,
            time.process_time() - began,
        )


if __name__ == "__main__":
    main()
