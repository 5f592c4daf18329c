"""Does the judge of a critical-current test see what really happens in a cell, and when?

Simulated cells of every preset are taken through the real plan, judged reading by reading and
spectrum by spectrum, and once more from the record. Their hidden truth says what they were when
the verdict fell. Printed: the confusion matrix, recalls and false alarms with Wilson's 95 %
intervals, delays, and the share of shorts that a spectrum confirms.

    python benchmarks/critical_current_detector.py [--seeds 16] [--json FILE] [--only GROUP]
    python benchmarks/critical_current_detector.py --preset LLZO --json llzo.json
    python benchmarks/critical_current_detector.py --of llzo.json --of the_others.json
"""

import argparse
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from critical_current_scenarios import scenarios
from critical_current_trial import Outcome, examine

Figures = dict[str, object]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Interval of 95 % for a share (Wilson, J. Am. Stat. Assoc. 22 (1927) 209)."""
    if of == 0:
        return (0.0, 1.0)
    z, p = 1.959964, hits / of
    centre = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return (max(0.0, centre - half), min(1.0, centre + half))


def share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> Figures:
    hits, of = sum(holds(o) for o in outcomes), len(outcomes)
    low, high = wilson(hits, of)
    return {"hits": hits, "of": of, "share": hits / of if of else None, "interval": [low, high]}


def is_caught(o: Outcome) -> bool:
    """A short, called a short, not before it was there."""
    return o.is_short and o.calls_short


def is_false(o: Outcome) -> bool:
    """A failure of the cell is reported that is none; "compliance" is of the instrument."""
    return o.verdict not in ("none", "compliance") and o.truth in ("healthy", "void")


def figures(outcomes: Sequence[Outcome]) -> Figures:
    counted = [o for o in outcomes if o.group != "labelled"]
    shorted = [o for o in counted if o.onset_s is not None and o.group in ("life", "abrupt")]
    abrupt = [o for o in shorted if o.truth != "contact_lost"]
    gradual = [o for o in counted if o.group == "gradual"]
    benign = [o for o in counted if o.group == "benign"]
    called = [o for o in counted if o.calls_short]
    lost = [o for o in counted if o.truth == "contact_lost"]
    kinds = sorted({o.kind for o in benign})
    return {
        "cells": len(outcomes),
        "matrix": {
            f"{truth} -> {verdict}": n
            for (truth, verdict), n in sorted(
                Counter((o.truth, o.verdict) for o in counted).items()
            )
        },
        "abrupt_recall": share(abrupt, is_caught),
        "gradual_recall": share(gradual, is_caught),
        "contact_recall": share(lost, lambda o: o.verdict == "contact loss"),
        "fresh_recall": share(
            [o for o in counted if o.group == "fresh"],
            lambda o: o.verdict == "shorted from the start",
        ),
        "false_verdicts": share(benign, is_false),
        "false_verdicts_by_trap": {
            k: share([o for o in benign if o.kind == k], is_false) for k in kinds
        },
        "second_looks_by_trap": {
            k: [
                sum(o.cleared for o in benign if o.kind == k),
                sum(o.half_cycles for o in benign if o.kind == k),
            ]
            for k in kinds
        },
        "early_in_lives": share(
            [o for o in counted if o.group == "life"],
            lambda o: o.verdict != "none" and (o.onset_s is None or o.delay_s is None),
        ),
        "confirmed_by_spectrum": share(called, lambda o: o.confirmed),
        "delay_s": {
            **{
                f"abrupt, {name}": quantiles([o.delay_s for o in own if is_caught(o)])
                for name, own in places(abrupt).items()
            },
            **{
                f"gradual {k}": quantiles(
                    [o.delay_s for o in gradual if o.kind == k and is_caught(o)]
                )
                for k in dict.fromkeys(o.kind for o in gradual)
            },
        },
        "short_over_bulk_when_found": {
            k: quantiles([o.short_over_bulk for o in gradual if o.kind == k and is_caught(o)])
            for k in dict.fromkeys(o.kind for o in gradual)
        },
        "heals": Counter(
            f"{o.kind}: {o.verdict}, {o.cleared_told} told as healed, recovered {o.recovered}"
            for o in counted
            if o.group == "heals"
        ),
        "intervals_that_hold_the_truth": share(
            [o for o in abrupt if "in a rest" not in o.kind and o.true_ma_cm2 is not None],
            lambda o: o.failed_ma_cm2 == o.true_ma_cm2,
        ),
        "variants_whose_interval_holds_the_truth": {
            kind: share([o for o in outcomes if o.kind == kind], lambda o: o.holds)
            for kind in dict.fromkeys(o.kind for o in outcomes if o.group == "variant")
        },
        "labelled": Counter(
            f"{o.kind} (truth {o.truth}): {o.verdict}" for o in outcomes if o.group == "labelled"
        ),
    }


def places(abrupt: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Shorts by when they came; those of whole lives come while lithium is plated."""
    return {
        "in a half-cycle": [o for o in abrupt if "in a half-cycle" in o.kind],
        "in a rest": [o for o in abrupt if "in a rest" in o.kind],
        "in a life": [o for o in abrupt if o.group == "life"],
    }


def quantiles(values: Sequence[float | None]) -> list[float] | None:
    """Median, 90 % and the largest."""
    known = [v for v in values if v is not None]
    return [float(np.quantile(known, q)) for q in (0.5, 0.9, 1.0)] if known else None


def show(found: Figures) -> None:
    for name, value in found.items():
        if isinstance(value, dict) and "interval" in value:
            print(f"{name}: {told(value)}")
        elif isinstance(value, dict):
            print(f"{name}:")
            for key, each in value.items():
                text = told(each) if isinstance(each, dict) else each
                print(f"    {key:<55} {rounded(text)}")
        else:
            print(f"{name}: {value}")


def told(value: dict) -> str:
    if not value["of"]:
        return "no case"
    low, high = value["interval"]
    return (
        f"{value['hits']} of {value['of']} = {100 * value['share']:.1f} % "
        f"({100 * low:.1f} to {100 * high:.1f} %)"
    )


def rounded(value: object) -> object:
    return [float(f"{v:.4g}") for v in value] if isinstance(value, list) else value


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seeds", type=int, default=16)
    options.add_argument("--json", type=Path)
    options.add_argument("--only", help="one group of scenarios")
    options.add_argument("--preset", action="append", help="one material; may be repeated")
    options.add_argument("--of", type=Path, action="append", help="figures of earlier runs")
    options.add_argument("--verbose", action="store_true")
    chosen = options.parse_args()
    started = time.process_time()
    if chosen.of:
        before = [json.loads(file.read_text(encoding="utf-8")) for file in chosen.of]
        outcomes = [Outcome(**each) for run in before for each in run["outcomes"]]
        cpu_s = sum(run["cpu_s"] for run in before)
    else:
        outcomes = []
        for scenario in scenarios(chosen.seeds):
            named = chosen.preset is None or scenario.cell.material.name in chosen.preset
            if named and chosen.only in (None, scenario.group):
                outcomes.append(examine(scenario))
                if chosen.verbose:
                    print(outcomes[-1], flush=True)
        cpu_s = time.process_time() - started
    found = figures(outcomes)
    found["cpu_s"] = round(cpu_s, 1)
    show(found)
    if chosen.json is not None:
        plain = {**found, "outcomes": [asdict(o) for o in outcomes]}
        chosen.json.write_text(json.dumps(plain, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
