"""What it costs to look at sixty-four live runs twice a second.

    python benchmarks/acquisition_glance.py [--runs 64] [--looks 40] [--minutes 10] [--old 0]

Every run is written at 10 Hz by the real writer, as after ``--minutes`` of it; between two looks
each gets five more readings, and none waits for the clock. CPU time of the looking thread per look,
and the share of one core at two looks a second. Beside it: a ``RunReader`` opened and ``run_state``
asked anew for every run at every look, with the newest reading and segment, which is less than a
glance tells. ``--old`` run folders that have ended lie in the same data folder.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from solidcell.acquisition.glances.glance import Glances
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.runs import run_state
from support.catalogued_runs import make_run, set_times
from support.going_runs import GoingRun, polarisation

LOOKS_PER_S = 2.0
SAMPLES_PER_LOOK = 5


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=64)
    asked.add_argument("--looks", type=int, default=40)
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--old", type=int, default=0)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        add_old_runs(data, options.old)
        runs = [GoingRun(data, f"C{n:02}") for n in range(options.runs)]
        try:
            compare(data, runs, options.looks, round(options.minutes * 600))
        finally:
            for run in runs:
                run.close()


def compare(data: Path, runs: Sequence[GoingRun], looks: int, readings: int) -> None:
    for run in runs:
        run.begin(duration_s=1e6)
        run.measure(polarisation(readings))
    with Glances(data) as glances:
        first_s = cpu_s(glances.look)
        for _ in runs:
            glances.look()  # works out one plan each
        kept = sorted(spent(runs, looks, glances.look))
        seen = {glance.run_file: glance.elapsed_s for glance in glances.look()}
        if seen != {run.run_file: run.elapsed_s for run in runs}:
            raise RuntimeError("the last look missed rows that were durable")
    opened = sorted(spent(runs, max(4, looks // 4), lambda: [look_anew(r.run_file) for r in runs]))
    print(f"{len(runs)} runs at 10 Hz, {readings} readings each before")
    print(f"first look            {1e3 * first_s:8.1f} ms")
    for name, found in (("Glances", kept), ("opened each time", opened)):
        middle_s, worst_s = statistics.median(found), found[-1]
        share = 100 * middle_s * LOOKS_PER_S
        print(
            f"{name:18} {1e3 * middle_s:8.1f} ms a look (worst {1e3 * worst_s:.1f}), "
            f"{1e6 * middle_s / len(runs):.0f} us a run, {share:.1f} % of a core at 2 a second"
        )


def spent(runs: Sequence[GoingRun], looks: int, look: Callable[[], object]) -> list[float]:
    times_s = []
    for _ in range(looks):
        for run in runs:
            run.measure(polarisation(SAMPLES_PER_LOOK, run.elapsed_s))
        times_s.append(cpu_s(look))
    return times_s


def look_anew(run_file: Path) -> object:
    state = run_state(run_file)
    with RunReader(run_file) as reader:
        segments = reader.segments()
        return state, segments[-1:], reader.readings(reader.last_seq() - 1)


def cpu_s(work: Callable[[], object]) -> float:
    began_s = time.thread_time()
    work()
    return time.thread_time() - began_s


def add_old_runs(data: Path, count: int) -> None:
    for number in range(count):
        run_id = f"2025-01-01T{number:06}_C{number % 64:02}_old"
        set_times(make_run(data, run_id, channel=f"C{number % 64:02}").parent, 1.7e9)


if __name__ == "__main__":
    main()
