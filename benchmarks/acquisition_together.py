"""How far apart the first intents of a common start are.

    python benchmarks/acquisition_together.py --channels 8 --rounds 5

Each channel has a supervisor and a worker of its own, on a resistor instead of an instrument. The
moment of a first intent is that of the gate, which all have in common, and what each worker's own
clock counted from there. What the machine allows is measured beside it: as many processes that do
nothing else sleep until one moment and say how late they woke.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from solidcell.acquisition.record.reader import RunReader  # noqa: E402
from solidcell.acquisition.runs import list_runs  # noqa: E402
from solidcell.acquisition.session import start_together  # noqa: E402
from solidcell.acquisition.starting.batch import load_batch  # noqa: E402
from solidcell.drivers.clock import SystemClock, machine_time  # noqa: E402
from support.queue_processes import COMMAND  # noqa: E402
from support.settings_files import SMALL_BENCH, SMALL_CCD, SMALL_CELL, written  # noqa: E402

SLEEPER = """
import time
from solidcell.drivers.clock import machine_time
print("ready", flush=True)
at_s = float(input())
time.sleep(max(0.0, at_s - machine_time().passed_s))
print(machine_time().passed_s - at_s)
"""


def batch(folder: Path, channels: int) -> Path:
    """A bench, cells, a protocol and a batch file for so many channels."""
    written(folder, "ccd.yaml", SMALL_CCD)
    names = [f"A{number}" for number in range(1, channels + 1)]
    tables, runs = [], []
    for number, name in enumerate(names):
        tables.append(SMALL_BENCH.replace("A1", name).replace("5025", str(5025 + number)))
        written(folder, f"{name}.yaml", SMALL_CELL.replace("c3", f"cell-{name}"))
        runs.append(f"  - {{channel: {name}, cell: {name}.yaml}}\n")
    written(folder, "bench.toml", "\n".join(tables))
    text = "bench: bench.toml\nprotocol: ccd.yaml\nruns:\n" + "".join(runs)
    return written(folder, "batch.yaml", text)


def one_round(channels: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PYTHONPATH"] = str(TESTS)
        os.environ["SOLIDCELL_DATA"] = str(folder / "runs")
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        data_dir = folder / "runs"
        members = load_batch(batch(folder, channels))
        began = SystemClock()
        started = start_together(members, data_dir=data_dir, command=COMMAND)
        until_open_s = began.now_s()
        wait_until(lambda: all(first_intent_s(run.run_file) is not None for run in started.runs))
        written(data_dir, "go", "")
        wait_until(lambda: all(state.state == "completed" for state in list_runs(data_dir)))
        passed = [gate_late_s(run.run_file) for run in started.runs]
        intents = [first_intent_s(run.run_file) or 0.0 for run in started.runs]
    return {
        "until the gate opened, s": until_open_s,
        "gate passed: latest, ms": 1e3 * max(passed),
        "gate passed: spread, ms": 1e3 * (max(passed) - min(passed)),
        "first intent: spread, ms": 1e3 * (max(intents) - min(intents)),
        "bare wake-up: spread, ms": 1e3 * bare_spread_s(channels),
    }


def gate_late_s(run_file: Path) -> float:
    with RunReader(run_file) as run:
        return float(run.events(kind="gate")[0].body["late_s"])


def first_intent_s(run_file: Path) -> float | None:
    """When the first intent was, in s after the moment of the gate."""
    with RunReader(run_file) as run:
        gates, intents = run.events(kind="gate"), run.events(kind="intent")
    if not gates or not intents:
        return None
    return intents[0].elapsed_s - gates[0].elapsed_s + float(gates[0].body["late_s"])


def bare_spread_s(processes: int) -> float:
    """How far apart so many processes wake that sleep until one moment."""
    command = [sys.executable, "-c", SLEEPER]
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    sleepers = [
        subprocess.Popen(command, start_new_session=True, **options)  # as the workers are
        for _ in range(processes)
    ]
    for sleeper in sleepers:
        sleeper.stdout.readline()
    at_s = machine_time().passed_s + 1.0
    for sleeper in sleepers:
        sleeper.stdin.write(f"{at_s}\n")
        sleeper.stdin.flush()
    late = [float(sleeper.communicate()[0]) for sleeper in sleepers]
    return max(late) - min(late)


def wait_until(condition, within_s: float = 120.0) -> None:
    clock = SystemClock()
    while not condition():
        assert clock.now_s() < within_s, f"still waiting after {within_s:g} s"
        clock.sleep_until(clock.now_s() + 0.1)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--channels", type=int, default=8)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    rounds = [one_round(asked.channels) for _ in range(asked.rounds)]
    if asked.json:
        print(json.dumps({"channels": asked.channels, "rounds": rounds}))
        return
    print(f"{asked.channels} channels, {asked.rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for name in rounds[0]:
        values = sorted(each[name] for each in rounds)
        print(f"  {name:36} median {values[len(values) // 2]:8.2f}   worst {values[-1]:8.2f}")


if __name__ == "__main__":
    main()
