"""What gaps do to the verdict: whole tests on simulated cells, paused again and again.

    python benchmarks/critical_current_gaps.py --seeds 20

Each test is carried out twice by the real worker, driver and twin on a clock that leaps: without a
gap, and paused for ten minutes at random moments, on average once in 40 min, with the cell open or
at rest by turns. Printed: both intervals, the number of gaps, whether the truth (the step in which
the cell of that very test first shorted or lost contact) lies in its interval, and false failures:
tests that end with a failure below the current at which their cell failed.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from solidcell.acquisition.control.commands import CommandKind, PauseMode, new_command
from solidcell.acquisition.control.inbox import NO_COMMANDS, Commands, Letter
from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.starting.job import Job
from solidcell.acquisition.worker.run_channel import run_channel
from solidcell.analysis.critical_current import CriticalCurrent, analyse_critical_current
from solidcell.analysis.runs import load_run
from solidcell.cli.assembling import assemble
from solidcell.cli.demo_files import DEMO_CELLS, write_demo_files
from solidcell.cli.truth import true_critical_current_ma_cm2
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.simulated.cell_file import load_front_end
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import InProcessLink

MEAN_S = 2400.0
PAUSE_S = 600.0


class Restless:
    """Commands that pause a run at random moments, and resume it ten minutes later."""

    def __init__(self, clock: JumpClock, seed: int) -> None:
        self._clock = clock
        self._script = self._pauses(random.Random(seed))
        self._due = next(self._script)

    def _pauses(self, chance: random.Random) -> Iterator[tuple[float, Letter]]:
        at_s = 0.0
        for number in range(100_000):
            at_s += chance.expovariate(1 / MEAN_S)
            mode = PauseMode.REST if number % 2 else PauseMode.OPEN
            yield at_s, _letter(CommandKind.PAUSE, mode)
            at_s = max(at_s, self._clock.now_s()) + PAUSE_S
            yield at_s, _letter(CommandKind.RESUME, mode)

    def next(self) -> Letter | None:
        if self._clock.now_s() < self._due[0]:
            return None
        letter = self._due[1]
        self._due = next(self._script)
        return letter

    def answered(self, letter: Letter, seq: int) -> None:
        pass

    def clear(self, acknowledged_seq: int) -> None:
        pass


def _letter(kind: CommandKind, mode: PauseMode) -> Letter:
    command = new_command(kind, "benchmark", mode=mode)
    return Letter(path=Path(command.id), id=command.id, command=command)


@dataclass(frozen=True, slots=True)
class Outcome:
    result: CriticalCurrent
    true: float | None
    gaps: int

    @property
    def holds(self) -> bool:
        if self.true is None:
            return self.result.failed_ma_cm2 is None
        upper = self.result.failed_ma_cm2
        return self.result.passed_ma_cm2 < self.true <= (float("inf") if upper is None else upper)

    @property
    def is_false_failure(self) -> bool:
        upper = self.result.failed_ma_cm2
        return upper is not None and (self.true is None or upper < self.true)


def one_test(preset: str, seed: int, folder: Path, *, restless: bool) -> Outcome:
    place = folder / f"{preset}-{seed}-{restless}"
    place.mkdir()
    files = write_demo_files(place, preset, seed, "socket://127.0.0.1:1", 1.0)
    assembly = assemble(
        Job(
            run_id=place.name,
            channel="A1",
            protocol=str(files.protocol),
            bench=str(files.bench),
            cell=str(files.cell),
            operator="benchmark",
        )
    )
    clock = JumpClock()
    front_end = load_front_end(DEMO_CELLS[preset].twin_cell, seed)
    front_end.truth.write_to(place / "truth.jsonl")
    device = MethodScriptPotentiostat(
        InProcessLink(MethodScriptTwin(front_end, clock), clock), clock=clock
    )
    commands: Commands = Restless(clock, seed) if restless else NO_COMMANDS
    with RunWriter.create(place / "test.run.sqlite", assembly.header) as writer:
        run_channel(
            assembly.plan,
            device,
            writer,
            clock,
            assembly.limits,
            NoStop(),
            commands=commands,
        )
    front_end.truth.close()
    result = analyse_critical_current(load_run(place / "test.run.sqlite"))
    cell = DEMO_CELLS[preset]
    count = round((cell.stop_ma_cm2 - cell.start_ma_cm2) / cell.increment_ma_cm2)
    steps = [0.1] + [cell.start_ma_cm2 + n * cell.increment_ma_cm2 for n in range(count + 1)]
    area_m2 = assembly.header.cell["electrode_area_m2"]
    true = true_critical_current_ma_cm2(place / "truth.jsonl", area_m2, steps)
    return Outcome(result, None if true is None else round(true, 9), len(result.interruptions))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--preset", choices=list(DEMO_CELLS), default="LPSCl")
    options = parser.parse_args()
    gaps = wrong = held = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.first, options.first + options.seeds):
            began = time.process_time()
            whole = one_test(options.preset, seed, Path(folder), restless=False)
            torn = one_test(options.preset, seed, Path(folder), restless=True)
            gaps, wrong, held = gaps + torn.gaps, wrong + torn.is_false_failure, held + torn.holds
            print(
                f"{options.preset} seed {seed:3}  without {whole.result.interval} "
                f"(true {whole.true}{'' if whole.holds else ', MISSED'})  with {torn.gaps} gaps "
                f"{torn.result.interval} (true {torn.true}{'' if torn.holds else ', MISSED'}) "
                f"{torn.result.failure} grade {whole.result.evidence_grade or '-'} -> "
                f"{torn.result.evidence_grade or '-'}  {time.process_time() - began:.1f} s CPU",
                flush=True,
            )
    print(
        f"{gaps} gaps in {options.seeds} tests: {wrong} false failures, "
        f"truth inside the interval {held} times"
    )


if __name__ == "__main__":
    main()
