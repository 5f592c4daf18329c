"""The same two plans on every suitable combination of instrument twins, to the numbers.

    python benchmarks/instrument_combinations.py [ccd] [arrhenius] [--only WORD] [--at-once 2]
        [--through cli|window] [--speed N] [--kept FOLDER] [--json FILE]
    python benchmarks/instrument_combinations.py --page FILE...

The second writes docs/benchmarks/instruments.md from what ``--json`` kept.

Each combination is a set of twins, wired to one simulated LLZO cell (seed 5) in one oven, served by
``solidcell twin`` in a process of its own with the bench file that it writes. The plan is started
by ``solidcell run``, or in the window by a click on *Start*; not one of its lines differs from one
combination to the next (``instrument_plans.py``). Activation energies are read from ``solidcell
fit RUN --arrhenius``, critical currents from ``solidcell report``; the truth is the cell's own.
A combination that cannot do a plan must say so before it starts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from instrument_plans import CELL, SEED, write_plans
from solidcell.acquisition.record.reader import RunReader
from solidcell.cli.truth import true_critical_current_ma_cm2
from solidcell.drivers.simulated.presets import LLZO

SOURCES = (
    "keithley_2450",
    "keithley_2400",
    "keysight_b2900",
    "keithley_6221",
    "solartron_1287",
    "neware",
    "maccor",
)
ANALYSERS = ("e4980a", "e4990a", "solartron_1260", "novocontrol_alpha")
ALONE = ("methodscript", "solartron_1287_1260", "zahner_zennium")
OVENS = ("eurotherm_3200", "julabo")
SOLIDCELL = (sys.executable, "-m", "solidcell")
EXAMPLE_CELL = "cell_llzo.yaml"
PATIENCE_S = 900.0
_HEAD = """\
# Instruments, put together

Written by `python benchmarks/instrument_combinations.py --page FILE...` from what its runs kept.
Two plans, of which no line changes, on every combination of twins on the list, each around
one simulated LLZO cell (seed 5) in one oven, started by `solidcell run` and by a click in the
window. The cell's truth: 0.35 eV of the bulk, 0.40 eV of the grain boundary (of ln σ against 1/T),
and failure in the step of 0.6 mA/cm². What cannot do a plan says so before it starts, and which
drivers can. Wall times are of two shared processor cores with two to four runs at once.

"""
ENERGIES_EV = {"bulk": LLZO.bulk_energy_ev, "grain boundary": LLZO.grain_boundary_energy_ev}
AREA_M2 = 0.785e-4
STEPS_MA_CM2 = [0.1 * n for n in range(2, 16)]


@dataclass(frozen=True)
class Combination:
    """What is put on one channel, and what it is to do."""

    plan: str
    twins: tuple[str, ...]

    @property
    def name(self) -> str:
        return " + ".join(self.twins)


@dataclass
class Outcome:
    """What came of it: numbers and the truth, or why it was refused."""

    plan: str
    twins: str
    through: str
    state: str = ""
    wall_s: float = 0.0
    readings: int = 0
    points: int = 0
    answer: dict[str, float | str | None] = field(default_factory=dict)
    verdict: str = ""


def combinations(plan: str) -> list[Combination]:
    """Everything on the list that might do a plan; some will say that they cannot."""
    if plan == "ccd":
        pairs = [(s, a) for s in SOURCES for a in ANALYSERS]
        return [Combination(plan, t) for t in (*((one,) for one in ALONE), *pairs)]
    analysers = (*ANALYSERS, *ALONE)
    return [Combination(plan, (a, oven)) for a in analysers for oven in OVENS]


@contextmanager
def served(folder: Path, twins: Sequence[str], speed: float) -> Iterator[tuple[Path, Path]]:
    """Serve the twins; yield the bench file and the file of the hidden truth."""
    bench, truth = folder / "bench.toml", folder / "truth.jsonl"
    command = [*SOLIDCELL, "twin", *twins, "--cell", CELL, "--seed", str(SEED), "--json"]
    command += ["--speed", repr(speed), "--bench", str(bench), "--truth", str(truth)]
    process = subprocess.Popen(
        [*command, "--until-eof"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        for _ in twins:
            if process.stdout is None or not process.stdout.readline():
                raise RuntimeError(f"{twins}: the twins did not start")
        text = bench.read_text(encoding="utf-8")
        colder = text.replace("temperature_min_c = -60.0", "temperature_min_c = -60.5")
        bench.write_text(colder, encoding="utf-8")
        yield bench, truth
    finally:
        process.communicate(timeout=30)


def carry_out(each: Combination, through: str, speed: float, folder: Path) -> Outcome:
    """Carry out one plan on one combination, whatever comes of it."""
    folder.mkdir(parents=True)
    outcome = Outcome(each.plan, each.name, through)
    plans = write_plans(folder)
    cell = folder / EXAMPLE_CELL
    shutil.copy(_example(), cell)
    environment = {**os.environ, "SOLIDCELL_DATA": str(folder / "runs")}
    began = time.monotonic()
    with served(folder, each.twins, speed) as (bench, truth):
        start = _by_window if through == "window" else _by_command
        said = start(plans[each.plan], bench, cell, folder, environment)
        runs = list((folder / "runs").glob("*/*.run.sqlite"))
        outcome.wall_s = round(time.monotonic() - began, 1)
        if not runs:
            outcome.state, outcome.verdict = "refused", said
            return outcome
        _read(runs[0], outcome)
        outcome.answer = _answer(each.plan, runs[0], truth, environment)
    outcome.verdict = _judge(outcome)
    return outcome


def _by_command(plan: Path, bench: Path, cell: Path, folder: Path, env: dict[str, str]) -> str:
    command = ["run", plan, "--bench", bench, "--channel", "A1", "--cell", cell]
    started = _solidcell(command, env)
    if started.returncode != 0:
        said = started.stderr.strip().splitlines()
        return next((line for line in said if line.startswith("error")), said[-1])
    (run_file,) = (folder / "runs").glob("*/*.run.sqlite")
    _solidcell(["watch", run_file], env)
    return ""


def _by_window(plan: Path, bench: Path, cell: Path, folder: Path, env: dict[str, str]) -> str:
    here = Path(__file__).with_name("window_run.py")
    command = [sys.executable, here, plan, bench, cell, folder]
    done = subprocess.run(
        [str(word) for word in command],
        env={"QT_QPA_PLATFORM": "offscreen", **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    (folder / "window.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    return done.stdout.strip() or done.stderr.strip()[-200:]


def _solidcell(words: Sequence[object], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SOLIDCELL, *map(str, words)],
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


def _example() -> Path:
    import solidcell

    return Path(str(solidcell.__file__)).parent / "acquisition" / "examples" / EXAMPLE_CELL


def _read(run_file: Path, outcome: Outcome) -> None:
    with RunReader(run_file) as run:
        end = run.end()
        counts = run.counts()
    outcome.state = "broke off" if end is None else str(end.body["reason"])
    if outcome.state != "completed" and end is not None:
        outcome.verdict = str(end.body["detail"])
    outcome.readings, outcome.points = counts["reading"], counts["impedance_point"]


def _answer(
    plan: str, run: Path, truth: Path, env: dict[str, str]
) -> dict[str, float | str | None]:
    if plan == "arrhenius":
        fitted = _solidcell(["fit", run, "--arrhenius", "--json"], env)
        lines = json.loads(fitted.stdout)["arrhenius"]["lines"] if fitted.stdout else []
        return {
            line["process"]: line["activation_energy_other_form_ev"]
            for line in lines
            if line["process"] in ENERGIES_EV
        }
    report = json.loads(_solidcell(["report", run, "--json"], env).stdout)
    result = json.loads(Path(report["result_json"]).read_text(encoding="utf-8"))
    found = result["critical_current"] or {}
    return {
        "passed": found.get("passed_ma_cm2"),
        "failed": found.get("failed_ma_cm2"),
        "grade": found.get("evidence_grade"),
        "truth": true_critical_current_ma_cm2(truth, AREA_M2, STEPS_MA_CM2),
    }


def _judge(outcome: Outcome) -> str:
    if outcome.state != "completed":
        return outcome.verdict or outcome.state
    if outcome.plan == "arrhenius":
        missing = [name for name in ENERGIES_EV if name not in outcome.answer]
        if missing:
            return f"not told apart: {', '.join(missing)}"
        off_ev = max(abs(float(outcome.answer[n] or 0) - ev) for n, ev in ENERGIES_EV.items())
        return (
            f"{'within' if off_ev <= 0.01 else 'OFF by more than'} 0.01 eV (at most {off_ev:.4f})"
        )
    failed, truth = outcome.answer["failed"], outcome.answer["truth"]
    if failed is None or truth is None:
        return "right" if failed == truth else "WRONG"
    return "right" if abs(float(failed) - float(truth)) < 1e-6 else "WRONG"


def table(outcomes: Sequence[Outcome]) -> str:
    """Return what came of it as a Markdown table."""
    lines = ["| plan | instruments | by | readings | points | wall | result | verdict |"]
    lines.append("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for one in outcomes:
        told = ", ".join(
            f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in one.answer.items()
        )
        cells = (one.plan, one.twins, one.through, one.readings, one.points, f"{one.wall_s:g} s")
        lines.append("| " + " | ".join([*map(str, cells), told or "–", one.verdict]) + " |")
    return "\n".join(lines)


def main() -> None:
    """Carry out what was asked for, and print a table."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("plans", nargs="*", choices=["ccd", "arrhenius", []], default=[])
    words.add_argument("--only", default="", help="a regular expression: 'ccd (neware|maccor)'")
    words.add_argument("--through", default="cli", choices=["cli", "window"])
    words.add_argument("--speed", type=float, default=500.0)
    words.add_argument("--at-once", type=int, default=2)
    words.add_argument("--kept", type=Path)
    words.add_argument("--json", type=Path)
    words.add_argument("--page", type=Path, nargs="+", default=[])
    asked = words.parse_args()
    if asked.page:
        _write_page([Outcome(**one) for file in asked.page for one in _kept(file)])
        return
    folder = asked.kept or Path(tempfile.mkdtemp(prefix="combinations-"))
    every = [one for plan in asked.plans or ("ccd", "arrhenius") for one in combinations(plan)]
    chosen = [one for one in every if re.search(asked.only, f"{one.plan} {one.name}")]
    with ThreadPoolExecutor(asked.at_once) as pool:
        places = (folder / f"{one.plan}-{'-'.join(one.twins)}" for one in chosen)
        outcomes = pool.map(
            lambda pair: carry_out(pair[0], asked.through, asked.speed, pair[1]),
            zip(chosen, places, strict=True),
        )
        done = []
        for outcome in outcomes:
            done.append(outcome)
            _keep(asked.json, done)
            print(outcome.plan, outcome.twins, outcome.wall_s, outcome.verdict, file=sys.stderr)
    print(table(done))


def _kept(file: Path) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return kept


def _write_page(outcomes: Sequence[Outcome]) -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "benchmarks" / "instruments.md"
    page.write_text(_HEAD + table(outcomes) + "\n", encoding="utf-8", newline="\n")


def _keep(path: Path | None, done: Sequence[Outcome]) -> None:
    if path is not None:
        path.write_text(json.dumps([asdict(one) for one in done], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
