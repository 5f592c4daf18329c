"""How often the measured interval holds the truth: whole tests on simulated cells.

    python benchmarks/critical_current_truth.py --seeds 20 --processes 2

Each test is the one of `solidcell demo`, through the real driver and the byte-level twin with a
clock that leaps, into a run file that is analysed as any other. Printed: each cell's interval,
the step in which its hidden label first became a short or contact was lost, and the sums.
"""

import argparse
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path

from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.starting.job import Job
from solidcell.acquisition.worker.run_channel import run_channel
from solidcell.analysis.critical_current import analyse_critical_current
from solidcell.analysis.runs import load_run
from solidcell.cli.assembling import assemble
from solidcell.cli.demo_files import DEMO_CELLS, write_demo_files
from solidcell.cli.truth import true_critical_current_ma_cm2
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.simulated.cell_file import load_front_end
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import InProcessLink


@dataclass(frozen=True, slots=True)
class Outcome:
    preset: str
    seed: int
    passed: float
    failed: float | None
    true: float | None
    failure: str
    grade: str
    cpu_s: float

    @property
    def holds(self) -> bool:
        """Whether the truth lies in (passed, failed]; open upwards where nothing failed."""
        if self.true is None:
            return self.failed is None
        return self.passed < self.true <= (float("inf") if self.failed is None else self.failed)


def one_test(preset_and_seed: tuple[str, int], folder: Path) -> Outcome:
    preset, seed = preset_and_seed
    began = time.process_time()
    place = folder / f"{preset}-{seed}"
    place.mkdir()
    files = write_demo_files(place, preset, seed, "socket://127.0.0.1:1", 1.0)
    job = Job(
        run_id=place.name,
        channel="A1",
        protocol=str(files.protocol),
        bench=str(files.bench),
        cell=str(files.cell),
        operator="benchmark",
    )
    assembly = assemble(job)
    clock = JumpClock()
    front_end = load_front_end(DEMO_CELLS[preset].twin_cell, seed)
    truth = place / "truth.jsonl"
    front_end.truth.write_to(truth)
    link = InProcessLink(MethodScriptTwin(front_end, clock), clock)
    device = MethodScriptPotentiostat(link)
    run_file = place / "test.run.sqlite"
    with RunWriter.create(run_file, assembly.header) as writer:
        run_channel(assembly.plan, device, writer, clock, assembly.limits, NoStop())
    front_end.truth.close()
    result = analyse_critical_current(load_run(run_file))
    cell = DEMO_CELLS[preset]
    count = round((cell.stop_ma_cm2 - cell.start_ma_cm2) / cell.increment_ma_cm2)
    steps = [0.1] + [cell.start_ma_cm2 + n * cell.increment_ma_cm2 for n in range(count + 1)]
    true = true_critical_current_ma_cm2(truth, assembly.header.cell["electrode_area_m2"], steps)
    return Outcome(
        preset,
        seed,
        result.passed_ma_cm2,
        result.failed_ma_cm2,
        None if true is None else round(true, 9),
        result.failure,
        result.evidence_grade,
        time.process_time() - began,
    )


def show(o: Outcome) -> None:
    mark = "holds" if o.holds else "MISSES"
    upper = "open" if o.failed is None else f"{o.failed:g}"
    print(
        f"{o.preset:11} seed {o.seed:3}  ({o.passed:g}, {upper}]  true {o.true}  {mark}  "
        f"{o.failure}, grade {o.grade or '-'}  {o.cpu_s:.1f} s CPU",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--preset", choices=list(DEMO_CELLS), action="append")
    options = parser.parse_args()
    presets = options.preset or list(DEMO_CELLS)
    seeds = range(options.first, options.first + options.seeds)
    with tempfile.TemporaryDirectory() as folder:
        job = partial(one_test, folder=Path(folder))
        with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
            outcomes = []
            for outcome in pool.map(job, product(presets, seeds)):
                outcomes.append(outcome)
                show(outcome)
    for preset in presets:
        mine = [o for o in outcomes if o.preset == preset]
        held = sum(o.holds for o in mine)
        print(f"{preset:11} truth inside the interval: {held} of {len(mine)}")


if __name__ == "__main__":
    main()
