"""How often the 95 % interval of a diffusion coefficient holds the truth of the simulated cell.

    nice -n 19 python benchmarks/cycling_coverage.py [--cases 1000] [--json FILE]

A titration is simulated without noise for every diffusion coefficient and place on the open-circuit
curve, of a cell that ages and leaks and of one that does neither; noise of an instrument and a
radius that is not quite known are drawn anew for every titration.
"""

import argparse
import json
import math
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from solidcell.analysis.cycling.diffusion import diffusion_of
from solidcell.analysis.cycling.stretches import Stretch
from solidcell.analysis.cycling.titration import Titration, titration
from solidcell.analysis.geometry import Quantity
from solidcell.drivers.simulated.full_cell.cell import ALL, NONE, Ageing, FullCell
from solidcell.drivers.simulated.full_cell.materials import NMC
from solidcell.drivers.simulated.network import Drive

RADIUS_M = NMC.particle_radius_m
ONE_C_A = 200 * NMC.loading_kg_m2 * 0.785e-4
NOISES_V = (20e-6, 50e-6, 100e-6)
RESOLUTION_V = 1e-5
DIFFUSION_M2_S = (3e-15, 1e-14, 3e-14)
STARTS = (0.12, 0.32, 0.52, 0.72)
PULSES = 8
AGEINGS = {"still": NONE, "ageing, leaking": replace(ALL, formation=False)}


@dataclass(frozen=True)
class Plan:
    rate_c: float
    pulse_s: float
    rest_s: float
    sample_s: float


PLANS = (Plan(0.1, 600.0, 3600.0, 1.0), Plan(0.2, 300.0, 5400.0, 1.0))


def simulated(diffusion_m2_s: float, start: float, plan: Plan, ageing: Ageing) -> list[Stretch]:
    """Rests and charging pulses of a cell, read without any error."""
    cell = FullCell(
        replace(NMC, diffusion_m2_s=diffusion_m2_s), ageing=ageing, charge_fraction=start
    )
    found = []
    for n in range(2 * PULSES + 1):
        is_pulse = n % 2 == 1
        current_a = plan.rate_c * ONE_C_A if is_pulse else 0.0
        period_s = plan.sample_s if is_pulse else 30.0
        began_s, rows = cell.time_s, []
        for _ in range(round((plan.pulse_s if is_pulse else plan.rest_s) / period_s)):
            terminal = cell.advance(period_s, Drive("current", current_a))
            rows.append((cell.time_s, terminal.voltage_v))
        time_s, voltage_v = np.array(rows).T
        found.append(
            Stretch(
                kind="Galvanostatic" if is_pulse else "Rest",
                start_s=began_s,
                time_s=time_s,
                voltage_v=voltage_v,
                current_a=np.full(time_s.size, current_a),
                temperature_k=np.full(time_s.size, 298.15),
                direction=1 if is_pulse else 0,
            )
        )
    return found


def read(stretches: list[Stretch], noise_v: float, rng: np.random.Generator) -> Titration:
    """The same, as an instrument with noise and a resolution reads it."""
    return titration(
        [
            replace(
                each,
                voltage_v=RESOLUTION_V
                * np.round(
                    (each.voltage_v + rng.normal(0, noise_v, each.voltage_v.size)) / RESOLUTION_V
                ),
            )
            for each in stretches
        ]
    )


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share."""
    z, share = 1.96, hits / n
    middle = (share + z * z / 2 / n) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / 4 / n / n) / (1 + z * z / n)
    return middle - half, middle + half


def measure(cases: int) -> dict[str, object]:
    rng = np.random.default_rng(20260101)
    truths = [
        (d, plan, word, simulated(d, start, plan, ageing))
        for word, ageing in AGEINGS.items()
        for d in DIFFUSION_M2_S
        for plan in PLANS
        for start in STARTS
    ]
    rows = []
    refused = 0
    while len(rows) < cases:
        for truth, plan, ageing, stretches in truths:
            noise_v = float(rng.choice(NOISES_V))
            radius = Quantity(RADIUS_M * (1 + rng.normal(0, 0.02)), 0.02 * RADIUS_M, "m")
            for each in diffusion_of(read(stretches, noise_v, rng), radius)[1:-1]:
                if each.diffusion is None or each.interval is None:
                    refused += 1
                    continue
                low, high = each.interval
                rows.append(
                    (
                        truth,
                        plan.rate_c,
                        noise_v,
                        low <= truth <= high,
                        math.log(each.diffusion.value / truth),
                        math.log(high / low) / 2,
                        ageing,
                    )
                )
    return {"rows": rows, "refused": refused}


def table(found: dict[str, object]) -> list[dict[str, float | str | int]]:
    rows = found["rows"]
    groups: dict[str, list[tuple]] = {"all": rows}
    for row in rows:
        groups.setdefault(f"D {row[0] * 1e4:.0e} cm2/s", []).append(row)
        groups.setdefault(row[6], []).append(row)
        groups.setdefault(f"noise {row[2] * 1e6:.0f} uV", []).append(row)
        groups.setdefault(f"pulses of C/{1 / row[1]:.0f}", []).append(row)
    lines = []
    for name, group in groups.items():
        hits = sum(row[3] for row in group)
        low, high = wilson(hits, len(group))
        lines.append(
            {
                "group": name,
                "n": len(group),
                "coverage": hits / len(group),
                "low": low,
                "high": high,
                "median_error_percent": 100 * float(np.median([abs(row[4]) for row in group])),
                "bias_percent": 100 * float(np.median([row[4] for row in group])),
                "median_half_width_percent": 100 * float(np.median([row[5] for row in group])),
            }
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    began = time.process_time()
    found = measure(given.cases)
    lines = table(found)
    print(f"{len(found['rows'])} intervals, {found['refused']} refused, ", end="")
    print(f"{time.process_time() - began:.0f} s of CPU")
    for line in lines:
        print(
            f"{line['group']:>18}: {line['n']:5d}  coverage {100 * line['coverage']:5.1f} % "
            f"({100 * line['low']:.1f} to {100 * line['high']:.1f})  "
            f"bias {line['bias_percent']:+.1f} %  median error {line['median_error_percent']:.1f} %"
            f"  half-width {line['median_half_width_percent']:.1f} %"
        )
    if given.json:
        given.json.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
