"""A soak: one cell on one channel for days of its own time, run after run, and ill fate.

The path is the real one: ``start_run``, supervisor and worker processes, driver, TCP, twin. The
instrument's time passes ``speed`` times faster, and only while a host is connected. Faults are
drawn from a seed; what they meet depends on how the processes happen to run.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.recovery.policy import OPTION
from solidcell.acquisition.runs import RunStateName, run_state
from solidcell.acquisition.session import (
    AfterInterruption,
    CommandRefusedError,
    StartedRun,
    StartError,
    continue_run,
    look_at,
    request_resume,
    start_run,
)
from solidcell.cli.processes import open_cell
from support.clock_steps import ClockSteps
from support.disk_faults import DiskFaults, NoFaultsError
from support.soak_audit import audit
from support.soak_files import (
    CHARGES_MAX_MAH,
    VOLTAGE_MAX_V,
    write_bench,
    write_cell,
    write_protocol,
)
from support.soak_findings import Audit, Course
from support.soak_instrument import Instrument
from support.soak_misfortunes import WHO, Victim, strike
from support.soak_witness import Witness

PATIENCE_S = 90.0
LOOK_EVERY_S = 0.02
GOES_ON = 0.8


@dataclass
class Result:
    """What a soak came to. Times in s by the machine's clock unless named otherwise."""

    simulated_s: float = 0.0
    audits: list[Audit] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    befallen: Counter[str] = field(default_factory=Counter)
    line_faults: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    not_begun: int = 0
    gone_on: int = 0
    safe_after_kill_s: list[float] = field(default_factory=list)
    safe_after_both_s: list[float] = field(default_factory=list)
    open_after_stop_s: list[float] = field(default_factory=list)
    limit_latency_s: list[float] = field(default_factory=list)
    told_unknown: int = 0
    live_rows: int = 0


class Soak:
    """Runs until the cell has lived for so long. ``between_s`` is the cell's mean time between two
    misfortunes, which ``fate`` chooses; ``goes_on`` is how likely an interrupted run is gone on
    with.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int,
        speed: float,
        between_s: float,
        hours: float,
        fate: Callable[[Victim], None] = strike,
        goes_on: float = GOES_ON,
    ) -> None:
        self.folder, self.hours, self.fate, self.goes_on = folder, hours, fate, goes_on
        self.chance = random.Random(seed)
        self.between_wall_s = between_s / speed
        self.instrument = Instrument(speed, seed)
        self.result = Result()
        self.wall = ClockSteps.build(folder)
        try:
            self.disk: DiskFaults | None = DiskFaults.build(folder, ".run.sqlite")
        except NoFaultsError:
            self.disk = None
        self.bench = write_bench(folder, speed, self.instrument.port)
        self.cell = write_cell(folder)
        self.judged: list[tuple[Path, Course]] = []

    def run(self, say: Any = lambda text: None) -> Result:
        """Let run follow upon run, and judge each."""
        try:
            with self._ill_environment():
                while self.instrument.clock.now_s() < self.hours * 3600.0:
                    say(self._one_run())
        finally:
            self.instrument.close()
        self.result.simulated_s = self.instrument.clock.now_s()
        self.result.line_faults.update(str(kind) for kind in self.instrument.struck.values())
        return self.result

    @contextmanager
    def _ill_environment(self) -> Iterator[None]:
        """The processes of a run inherit what makes their disk and their wall clock fail."""
        before = dict(os.environ)
        if self.disk is not None:
            os.environ.update(self.disk.environment)
        if self.wall is not None:
            loaded = [str(self.disk.library)] if self.disk is not None else []
            os.environ["LD_PRELOAD"] = ":".join([*loaded, str(self.wall.library)])
            os.environ["CLOCK_STEPS"] = str(self.wall.file)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _one_run(self) -> str:
        first_line, began_s = len(self.instrument.said), self.instrument.clock.now_s()
        try:
            run = self._start()
        except StartError as error:
            self.result.not_begun += 1
            self._leave_open(None)
            return f"not begun: {error}"
        victim = Victim(run, self.instrument, self.chance, self.disk, self.wall)
        witness = Witness(run)
        try:
            self._torment(victim, witness)
            state = self._find_safe(run)
            while self._go_on(victim):
                self._torment(victim, witness)
                state = self._find_safe(run)
        finally:
            witness.close()
        self._leave_open(run)
        audited = self._judge(victim, witness, first_line, state)
        lived_s = self.instrument.clock.now_s() - began_s
        told = f"{run.run_id}: {lived_s / 3600:.2f} h, {audited.rows} rows, {state}"
        return "\n  ".join([f"{told}; befallen: {', '.join(victim.befallen)}", *audited.wrong])

    def _start(self) -> StartedRun:
        return start_run(
            protocol=write_protocol(self.folder, self.chance.choice(CHARGES_MAX_MAH)),
            bench=self.bench,
            cell=self.cell,
            channel="A1",
            data_dir=self.folder / "runs",
            options={OPTION: self.chance.choice(list(AfterInterruption)).value},
            timeout_s=PATIENCE_S,
        )

    def _torment(self, victim: Victim, witness: Witness) -> None:
        """Let fate have the run until its processes are gone; then all is good again."""
        next_s = self._next_s()
        known = len(victim.befallen)
        while witness.is_supervised() or witness.works():
            if witness.works() and time.monotonic() > next_s:
                self.fate(victim)
                next_s = self._next_s()
            time.sleep(LOOK_EVERY_S)
        self.result.befallen.update(victim.befallen[known:])
        if self.disk is not None:
            self.disk.say("")
        if self.wall is not None:
            self.wall.set_off(0.0)
            victim.clock_off_s = 0.0
        self.instrument.cell.disturb(0.0)

    def _next_s(self) -> float:
        return time.monotonic() + self.chance.expovariate(1.0 / self.between_wall_s)

    def _find_safe(self, run: StartedRun) -> str:
        """Hold what a run without processes says of its cell against the cell."""
        found = run_state(run.run_file)
        is_open = self.instrument.cell.is_open
        if found.safe and not is_open:
            self.result.wrong.append(f"{run.run_id} is called safe, and its cell is not open")
        if not found.safe:
            self.result.told_unknown += 1
            if not (self.instrument.is_replaced or found.state is RunStateName.DEAD):
                self.result.wrong.append(f"{run.run_id}: its cell was left: {found.detail}")
        self.instrument.bring_back()
        return found.state.value

    def _go_on(self, victim: Victim) -> bool:
        """Go on with a run that broke off, mostly."""
        run_file = victim.run.run_file
        if not look_at(run_file).may_continue or self.chance.random() > self.goes_on:
            return False
        policy = self.chance.choice([AfterInterruption.CONTINUE, AfterInterruption.ASK])
        self.result.gone_on += 1
        try:
            continue_run(run_file, WHO, policy, timeout_s=PATIENCE_S)
            if policy is AfterInterruption.ASK:
                request_resume(run_file, WHO)
        except StartError:
            self.result.not_begun += 1
        except CommandRefusedError:
            pass
        return True

    def _leave_open(self, run: StartedRun | None) -> None:
        """Open a cell that nobody else has opened, as a person would."""
        if self.instrument.cell.is_open:
            return
        if run is not None and not look_at(run.run_file).is_closed:
            continue_run(run.run_file, WHO, AfterInterruption.ABORT)
            if not self.instrument.cell.is_open:
                self.result.wrong.append(f"{run.run_id} was given up, and its cell is not open")
        else:
            open_cell(load_bench(self.bench).channel("A1"))

    def _judge(self, victim: Victim, witness: Witness, first_line: int, state: str) -> Audit:
        self.result.ends[state] += 1
        course = Course(
            first_line=first_line,
            last_line=len(self.instrument.said),
            killed_s=tuple(victim.killed_s),
            disk_failed=victim.disk_failed,
            clock_steps=tuple(victim.clock_steps),
        )
        run_file = victim.run.run_file
        self.judged.append((run_file, course))
        audited = audit(run_file, self.instrument, course, witness.seen)
        self.result.live_rows += len(witness.seen)
        if state not in victim.explained | {"limit_tripped"}:
            befallen = ", ".join(victim.befallen) or "nothing"
            audited.wrong.append(f"it is {state}, and what befell it was {befallen}")
        self._judge_openings(victim, state)
        self._judge_limits(run_file, state, audited)
        self.result.audits.append(audited)
        self.result.wrong += [f"{victim.run.run_id}: {text}" for text in audited.wrong]
        return audited

    def _judge_openings(self, victim: Victim, state: str) -> None:
        """How soon the cell was open after a worker was killed, or somebody asked for it."""
        truth = self.instrument
        if "kill_both" not in victim.befallen:
            for killed_s in victim.killed_s:
                open_s = truth.opened_after(killed_s)
                struck_s = [truth.said[line].wall_s for line in list(truth.struck)[-50:]]
                is_clean = not any(killed_s - 1.0 < s < open_s for s in struck_s)
                into = self.result.safe_after_kill_s if is_clean else self.result.safe_after_both_s
                if open_s > killed_s:
                    into.append(open_s - killed_s)
        if victim.asked_s is not None and state in ("stopped", "emergency_stop"):
            open_s = truth.opened_after(victim.asked_s)
            self.result.open_after_stop_s.append(open_s - victim.asked_s)

    def _judge_limits(self, run_file: Path, state: str, audited: Audit) -> None:
        """Nothing may follow a reading beyond the limits; how soon did the host act on it?"""
        with RunReader(run_file) as run:
            columns = run.reading_columns()
        beyond = [n for n, v in enumerate(columns["voltage_v"]) if not abs(v) <= VOLTAGE_MAX_V]
        if beyond and beyond[0] != len(columns["seq"]) - 1:
            audited.wrong.append(
                f"row {columns['seq'][beyond[0]]} was beyond a limit, and not last"
            )
        if beyond and state != "limit_tripped":
            audited.wrong.append(f"a voltage was beyond its limit, and the run is {state}")
        if state == "limit_tripped" and audited.said_s:
            acted_s = self.instrument.heard_after(audited.said_s[-1])
            self.result.limit_latency_s.append(acted_s - audited.said_s[-1])
