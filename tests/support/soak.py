"""A soak: one cell on one channel for days of its own time, run after run, and ill fate.

The path is the real one: ``start_run``, supervisor and worker processes, driver, TCP, twin. The
instrument's time passes ``speed`` times faster, and only while a host is connected. Faults are
drawn from a seed; what they meet depends on how the processes happen to run.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.processes import ProcessId
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.runs import run_state
from solidcell.acquisition.session import StartedRun, StartError, start_run
from solidcell.cli.processes import open_cell
from support.clock_steps import ClockSteps
from support.disk_faults import DiskFaults, NoFaultsError
from support.soak_audit import Audit, Course, audit
from support.soak_instrument import Instrument
from support.soak_misfortunes import Victim, strike

PROTOCOL = """\
protocol: sequence
limits: {{charge_max_mah: {charge_max_mah}}}
segments:
  - segment: repeat
    count: {cycles}
    segments:
      - {{segment: galvanostatic, current_ma: 0.09, duration_min: 20, sample_period_s: 2,
          voltage_min_v: -2, voltage_max_v: 2}}
      - {{segment: rest, duration_min: 3, sample_period_s: 2}}
      - {{segment: galvanostatic, current_ma: -0.09, duration_min: 18, sample_period_s: 2,
          voltage_min_v: -2, voltage_max_v: 2}}
      - {{segment: rest, duration_min: 2, sample_period_s: 2}}
      - {{segment: potentiostatic, voltage_v: 0.005, duration_min: 4, current_max_ma: 0.5,
          sample_period_s: 2}}
      - {{segment: impedance, frequency_max_hz: 1.0e+5, frequency_min_hz: 0.1,
          points_per_decade: 5}}
"""
CHARGES_MAX_MAH = (0.04, 1.0)
"""The plan keeps to both; but what flows while a voltage is held, which nobody can know before,
leads beyond the first in one of the later cycles.
"""
CYCLES = 4
VOLTAGE_MAX_V = 4.0
BENCH = """\
[channel.A1]
voltage_min_v = -{limit_v}
voltage_max_v = {limit_v}
current_max_ma = 1
clock_speed = {speed}
[channel.A1.potentiostat]
driver = "methodscript"
address = "socket://127.0.0.1:{port}"
"""
CELL = """\
name: soaked
electrolyte: LPSCl
thickness_um: 800
temperature_c: 25
electrode_diameter_mm: 10
"""
PATIENCE_S = 90.0
LOOK_EVERY_S = 0.02


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
    safe_after_kill_s: list[float] = field(default_factory=list)
    open_after_stop_s: list[float] = field(default_factory=list)
    limit_latency_s: list[float] = field(default_factory=list)
    told_unknown: int = 0
    live_rows: int = 0


class Soak:
    """Runs until the cell has lived for so long. ``between_s`` is the cell's mean time between two
    misfortunes.
    """

    def __init__(
        self, folder: Path, *, seed: int, speed: float, between_s: float, hours: float
    ) -> None:
        self.folder, self.hours = folder, hours
        self.chance = random.Random(seed)
        self.between_wall_s = between_s / speed
        self.instrument = Instrument(speed, seed)
        self.result = Result()
        self.wall = ClockSteps.build(folder)
        try:
            self.disk: DiskFaults | None = DiskFaults.build(folder, ".run.sqlite")
        except NoFaultsError:
            self.disk = None
        self.bench = folder / "bench.toml"
        text = BENCH.format(limit_v=VOLTAGE_MAX_V, speed=speed, port=self.instrument.port)
        self.bench.write_text(text, encoding="utf-8")
        self.cell = folder / "soaked.yaml"
        self.cell.write_text(CELL, encoding="utf-8")

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
            self._find_safe(None)
            return f"not begun: {error}"
        victim = Victim(run, self.instrument, self.chance, self.disk, self.wall)
        witness = Witness(run)
        try:
            self._torment(victim, witness)
        finally:
            witness.close()
        self._heal()
        state = self._find_safe(run)
        audited = self._judge(victim, witness, first_line, state)
        lived_s = self.instrument.clock.now_s() - began_s
        told = f"{run.run_id}: {lived_s / 3600:.2f} h, {audited.rows} rows, {state}"
        return "\n  ".join([f"{told}; befallen: {', '.join(victim.befallen)}", *audited.wrong])

    def _start(self) -> StartedRun:
        charge_max_mah = self.chance.choice(CHARGES_MAX_MAH)
        protocol = self.folder / "protocol.yaml"
        text = PROTOCOL.format(charge_max_mah=charge_max_mah, cycles=CYCLES)
        protocol.write_text(text, encoding="utf-8")
        return start_run(
            protocol=protocol,
            bench=self.bench,
            cell=self.cell,
            channel="A1",
            data_dir=self.folder / "runs",
            timeout_s=PATIENCE_S,
        )

    def _torment(self, victim: Victim, witness: "Witness") -> None:
        next_s = self._next_s()
        while witness.is_supervised():
            if witness.works() and time.monotonic() > next_s:
                strike(victim)
                next_s = self._next_s()
            time.sleep(LOOK_EVERY_S)
        self.result.befallen.update(victim.befallen)

    def _next_s(self) -> float:
        return time.monotonic() + self.chance.expovariate(1.0 / self.between_wall_s)

    def _heal(self) -> None:
        """Everything is good again, before the next run."""
        if self.disk is not None:
            self.disk.say("")
        if self.wall is not None:
            self.wall.set_off(0.0)
        self.instrument.cell.disturb(0.0)

    def _find_safe(self, run: StartedRun | None) -> str:
        """Hold what the run says of its cell against the cell; then open it, if it is not."""
        is_open = self.instrument.cell.is_open
        state = "none"
        if run is not None:
            found = run_state(run.run_file)
            state = found.state.value
            if found.safe and not is_open:
                self.result.wrong.append(f"{run.run_id} is called safe, and its cell is not open")
            if not found.safe:
                self.result.told_unknown += 1
            if not (found.safe or self.instrument.is_replaced):
                self.result.wrong.append(
                    f"{run.run_id}: the cell was not made safe: {found.detail}"
                )
        self.instrument.bring_back()
        if not is_open:
            with suppress(KeyError):
                open_cell(load_bench(self.bench).channel("A1"))
        return state

    def _judge(self, victim: Victim, witness: "Witness", first_line: int, state: str) -> Audit:
        self.result.ends[state] += 1
        killed_s = victim.killed_s
        course = Course(
            first_line=first_line,
            last_line=len(self.instrument.said),
            broken_s=killed_s if killed_s is not None else float("inf"),
            disk_failed=victim.disk_failed,
        )
        run_file = victim.run.run_file
        audited = audit(run_file, self.instrument, course, witness.seen)
        self.result.live_rows += len(witness.seen)
        if state not in victim.explained | {"limit_tripped"}:
            befallen = ", ".join(victim.befallen) or "nothing"
            audited.wrong.append(f"it is {state}, and what befell it was {befallen}")
        if killed_s is not None and state == "interrupted":
            safe_s = self.instrument.opened_after(killed_s) - killed_s
            self.result.safe_after_kill_s.append(safe_s)
        if victim.asked_s is not None and state in ("stopped", "emergency_stop"):
            open_s = self.instrument.opened_after(victim.asked_s) - victim.asked_s
            self.result.open_after_stop_s.append(open_s)
        self._judge_limits(run_file, state, audited)
        self.result.audits.append(audited)
        self.result.wrong += [f"{victim.run.run_id}: {text}" for text in audited.wrong]
        return audited

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
        if state == "limit_tripped" and audited.last_said_s is not None:
            acted_s = self.instrument.heard_after(audited.last_said_s)
            self.result.limit_latency_s.append(acted_s - audited.last_said_s)


class Witness:
    """Another program that reads a run while it goes on, and remembers every row it saw."""

    def __init__(self, run: StartedRun) -> None:
        self.seen: dict[int, Any] = {}
        folder = RunFolder.of(run.run_file)
        processes: dict[str, Any] = read_json(folder.worker_file) or {}
        self._supervisor = ProcessId.from_json(processes["supervisor"])
        self._worker = psutil.Process(run.pid) if psutil.pid_exists(run.pid) else None
        self._run_file = run.run_file
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="witness")
        self._thread.start()

    def works(self) -> bool:
        """Whether the worker lives."""
        try:
            return self._worker is not None and (
                self._worker.is_running() and self._worker.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.NoSuchProcess:
            return False

    def is_supervised(self) -> bool:
        """Whether the supervisor lives: it is the last to go."""
        return self._supervisor.is_alive()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        with RunReader(self._run_file) as run:
            since = 0
            while not self._stop.wait(0.1):
                with suppress(RecordError):
                    rows = [*run.readings(since), *run.impedance_points(since)]
                    self.seen |= {row.seq: row for row in rows}
                    since = max([since, *(row.seq for row in rows)])
