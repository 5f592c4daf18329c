"""The page of figures on the detector of shorts, from the file of a run.

python benchmarks/critical_current_detector.py --json figures.json
python benchmarks/critical_current_page.py figures.json > docs/benchmarks/critical-current.md
"""

import argparse
import json
from collections import Counter
from pathlib import Path

VERDICTS = (
    "none",
    "compliance",
    "contact loss",
    "suspected short",
    "soft short",
    "hard short",
    "shorted from the start",
)
TRUTHS = {
    "healthy": "healthy",
    "void": "partial loss of contact",
    "contact_lost": "contact lost (below 10 %)",
    "soft_short": "soft short",
    "hard_short": "hard short",
}


def rate(figures: dict) -> str:
    if not figures["of"]:
        return "no case"
    low, high = (100 * each for each in figures["interval"])
    return (
        f"{figures['hits']} of {figures['of']}, {100 * figures['share']:.1f} % "
        f"({low:.1f} to {high:.1f})"
    )


def spell(seconds: float) -> str:
    if seconds < 300:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def matrix(run: dict) -> list[str]:
    counted = Counter(
        (o["truth"], o["verdict"]) for o in run["outcomes"] if o["group"] != "labelled"
    )
    rows = [f"| hidden truth | {' | '.join(VERDICTS)} |", "| --- |" + " ---: |" * len(VERDICTS)]
    for truth, words in TRUTHS.items():
        numbers = [counted[truth, verdict] for verdict in VERDICTS]
        if any(numbers):
            rows.append(f"| {words} | {' | '.join(str(n) if n else '' for n in numbers)} |")
    return rows


def rates(run: dict) -> list[str]:
    asked = {
        "abrupt_recall": ("abrupt shorts, of lives and prescribed, called a short", "≥ 99 %"),
        "gradual_recall": ("gradual shorts called a short", "≥ 95 %"),
        "contact_recall": ("lost contacts called so", ""),
        "fresh_recall": ("cells shorted before the test called so", ""),
        "false_verdicts": ("sound cells with a trap that got a failure", "≤ 1 %"),
        "early_in_lives": ("lives condemned before anything had happened", ""),
        "confirmed_by_spectrum": ("verdicts of a short that a spectrum shows", "all"),
        "intervals_that_hold_the_truth": ("failing step is the one in which the short came", ""),
    }
    rows = ["| figure | asked | measured, with Wilson's 95 % interval |", "| --- | --- | --- |"]
    return rows + [f"| {words} | {goal} | {rate(run[k])} |" for k, (words, goal) in asked.items()]


def delays(run: dict) -> list[str]:
    found = run["short_over_bulk_when_found"]
    rows = [
        "| short | median | 90 % | longest | R_short / R_bulk then |",
        "| --- |" + " ---: |" * 4,
    ]
    for name, numbers in run["delay_s"].items():
        if numbers:
            ratio = found.get(name.removeprefix("gradual "))
            times = " | ".join(spell(each) for each in numbers)
            rows.append(f"| {name} | {times} | {f'{ratio[0]:.2g}' if ratio else ''} |")
    return rows


def traps(run: dict) -> list[str]:
    rows = ["| trap | false verdicts | second looks / half-cycles |", "| --- | ---: | ---: |"]
    for name, figures in run["false_verdicts_by_trap"].items():
        looks, halves = run["second_looks_by_trap"][name]
        rows.append(f"| {name} | {figures['hits']} of {figures['of']} | {looks} / {halves} |")
    return rows


def apart(run: dict, name: str) -> list[str]:
    return [f"* {what}: {count}" for what, count in sorted(run[name].items())]


def page(run: dict) -> str:
    lines = [
        "# The detector of shorts, measured",
        "",
        f"{run['cells']} simulated cells of every preset, each taken through the real plan of a "
        "critical-current test with spectra between the steps, judged live, without a "
        "thermometer, and again from the record; the verdict is that of the analysis. Half of the "
        "records have the temperature, known to 0.1 K. "
        "The hidden label of the cell says what it was in the step of the verdict. Read every "
        "10 s, so that no delay can be below 30 s (four readings). Written by "
        "`python benchmarks/critical_current_page.py` from the file of "
        f"`python benchmarks/critical_current_detector.py --json`, which took {run['cpu_s']:.0f} s "
        "of one core. The simulator's shorts are a model's, tuned to look like the literature: the "
        "figures say how the rules do on it, and nothing of real cells.",
        "",
        "## Verdict against hidden truth",
        "",
        *matrix(run),
        "",
        "*compliance* is no failure of the cell: the voltage reached the limit of the test, and "
        "nothing had risen. Soft shorts without a failure are those that healed before the "
        "spectrum that was to confirm them, each told of in the result, and gradual ones for which "
        "the live judge stopped the test while the record's thermometer explains them: a warning "
        "says so.",
        "",
        "## Rates",
        "",
        *rates(run),
        "",
        "## Delays",
        "",
        "From the first moment of the path to the alarm, or to the spectrum that showed it. A "
        "gradual one begins at 20 times the resistance of the bulk and falls by a factor e in tau. "
        "A path that opens in a rest is found by the spectrum after it, or at the next half-cycle.",
        "",
        *delays(run),
        "",
        "## Sound cells with a trap",
        "",
        "A second look is a rest and one more spectrum, asked for by the voltage or the first "
        "spectrum, after which the test goes on.",
        "",
        *traps(run),
        "",
        "## One way, ramps and lives",
        "",
        "Intervals that hold the step, or the stair of the ramp, on which the cell really failed. "
        "A life has one current density: there it says that the cell failed, or that it did not.",
        "",
        *[
            f"* {kind}: {rate(figures)}"
            for kind, figures in run["variants_whose_interval_holds_the_truth"].items()
        ],
        "",
        "## Shorts that heal",
        "",
        *apart(run, "heals"),
        "",
        "## Where the wrong answer can be defended",
        "",
        "Counted in no rate above.",
        "",
        *apart(run, "labelled"),
        "",
        "A cell whose temperature jumps by 10 K between two readings, or that goes to 60 °C and "
        "back, cannot be told from a shorted one by a voltage without a thermometer: measure the "
        "temperature. A path of three times the bulk that is there from the start leaves a cell "
        "with large interfaces above thickness over conductivity: nothing measured tells of it. A "
        "partial loss of contact is a warning (`voids`), and no failure before a tenth of the area "
        "is left.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", type=Path)
    run = json.loads(parser.parse_args().figures.read_text(encoding="utf-8"))
    print(page(run), end="")


if __name__ == "__main__":
    main()
