"""What may befall a run of a soak, drawn at random: the wire, the processes, people, clocks, disks.

Each misfortune takes the ``Victim`` and does its worst at once. ``explains`` are the reasons that
a run may then end for; a run that ends for another reason, or that nothing had befallen, is wrong.
"""

import contextlib
import errno
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.runs import processes_of
from solidcell.acquisition.session import (
    CommandRefusedError,
    StartedRun,
    StopRefusedError,
    request_pause,
    request_resume,
    request_skip,
    request_stop,
)
from solidcell.drivers.simulated.faults import Fault, Kind
from support.clock_steps import ClockSteps
from support.disk_faults import DiskFaults
from support.soak_findings import Step
from support.soak_instrument import Instrument

WHO = "fate"
LINES_AHEAD = 200
FAR_V = 7.0
RARE = (Kind.SILENCE, Kind.VERY_LATE)
"""They take their time: the driver waits for as long as an instrument may be silent."""
_LONGEST_STEP_S = 3600.0


@dataclass
class Victim:
    """A run under way, and what can be done to it. ``asked_s`` is when somebody asked it to end,
    ``killed_s`` when a worker of it was killed, both by the machine's monotonic clock.
    """

    run: StartedRun
    instrument: Instrument
    chance: random.Random
    disk: DiskFaults | None
    wall: ClockSteps | None
    befallen: list[str] = field(default_factory=list)
    explained: set[str] = field(default_factory=lambda: {"completed"})
    asked_s: float | None = None
    killed_s: list[float] = field(default_factory=list)
    disk_failed: bool = False
    clock_steps: list[Step] = field(default_factory=list)
    clock_off_s: float = 0.0

    def worker(self) -> psutil.Process:
        """The worker that carries the run now. Raises ``psutil.NoSuchProcess``."""
        worker, _ = processes_of(RunFolder.of(self.run.run_file))
        return psutil.Process(worker.pid if worker is not None else self.run.pid)


def wire(victim: Victim) -> None:
    """Something befalls one of the next lines."""
    kinds = [kind for kind in Kind if kind not in RARE] * 3 + list(RARE)
    fault = Fault(
        victim.chance.choice(kinds),
        victim.chance.randrange(LINES_AHEAD),
        victim.chance.randrange(80),
    )
    victim.instrument.befall(fault)


def kill(victim: Victim) -> None:
    """The worker is gone from one instruction to the next."""
    with contextlib.suppress(psutil.NoSuchProcess):
        worker = victim.worker()
        victim.killed_s.append(time.monotonic())
        worker.kill()


def kill_both(victim: Victim) -> None:
    """The worker and its supervisor are gone, as after a power cut: nobody opens the cell."""
    with contextlib.suppress(psutil.NoSuchProcess):
        worker = victim.worker()
        _, supervisor = processes_of(RunFolder.of(victim.run.run_file))
        if supervisor is not None:
            psutil.Process(supervisor.pid).kill()
        victim.killed_s.append(time.monotonic())
        worker.kill()


def freeze(victim: Victim) -> None:
    """The worker stands still for a while, as in a suspended or an overloaded machine."""
    with contextlib.suppress(psutil.NoSuchProcess):
        worker = victim.worker()
        worker.send_signal(signal.SIGSTOP)
        time.sleep(victim.chance.uniform(0.02, 1.0))
        worker.send_signal(signal.SIGCONT)


def pause(victim: Victim) -> None:
    """Somebody pauses the run, and resumes it."""
    mode = victim.chance.choice(["open", "rest"])
    with contextlib.suppress(CommandRefusedError, StopRefusedError):
        request_pause(victim.run.run_file, WHO, mode=mode)
        time.sleep(victim.chance.uniform(0.1, 0.6))
        request_resume(victim.run.run_file, WHO)


def skip(victim: Victim) -> None:
    """Somebody skips a segment."""
    with contextlib.suppress(CommandRefusedError, StopRefusedError):
        request_skip(victim.run.run_file, WHO)


def stop(victim: Victim) -> None:
    """Somebody stops the run, sometimes in an emergency."""
    emergency = victim.chance.random() < 0.5
    with contextlib.suppress(StopRefusedError):
        victim.asked_s = victim.asked_s or time.monotonic()
        request_stop(victim.run.run_file, WHO, emergency=emergency)


def set_clock(victim: Victim) -> None:
    """Somebody sets the wall clock of the machine."""
    if victim.wall is not None:
        by_s = victim.chance.uniform(-_LONGEST_STEP_S, _LONGEST_STEP_S)
        victim.clock_steps.append(Step(time.monotonic(), by_s - victim.clock_off_s))
        victim.clock_off_s = by_s
        victim.wall.set_off(by_s)


def slow_disk(victim: Victim) -> None:
    """Every flush takes long, for a while."""
    if victim.disk is not None:
        victim.disk.say(f"fsync_ms={victim.chance.choice([50, 300, 1500])}")
        time.sleep(victim.chance.uniform(0.5, 2.0))
        victim.disk.say("")


def bad_disk(victim: Victim) -> None:
    """A write or a flush fails, and so does each one after it, until the run is over."""
    if victim.disk is not None:
        word = victim.chance.choice(["write", "fsync"])
        number = victim.chance.choice([errno.EIO, errno.ENOSPC])
        victim.disk.say(f"{word}={victim.chance.randrange(1, 20)}:{number}")
        victim.disk_failed = True


def far_voltage(victim: Victim) -> None:
    """The cell's voltage leaves its limits, and stays out."""
    victim.instrument.cell.disturb(victim.chance.choice([-FAR_V, FAR_V]))


def long_reader(victim: Victim) -> None:
    """Another program reads the run file, and keeps it open for long."""
    _hold_open(victim.run.run_file, victim.chance.uniform(0.2, 1.0))


def _hold_open(run_file: Path, for_s: float) -> None:
    db = sqlite3.connect(f"{run_file.as_uri()}?mode=ro", uri=True, isolation_level=None)
    with contextlib.closing(db), contextlib.suppress(sqlite3.Error):
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM reading").fetchone()
        time.sleep(for_s)


FAILS = {"failed", "limit_tripped"}
Misfortune = Callable[[Victim], None]
MISFORTUNES: dict[Misfortune, tuple[int, set[str]]] = {
    wire: (8, FAILS),
    kill: (3, {"interrupted"}),
    kill_both: (1, {"interrupted", "dead"}),
    freeze: (3, set()),
    pause: (4, set()),
    skip: (2, set()),
    stop: (2, {"stopped", "emergency_stop"}),
    set_clock: (3, set()),
    slow_disk: (2, set()),
    bad_disk: (1, {"failed"}),
    far_voltage: (2, {"limit_tripped"}),
    long_reader: (2, set()),
}
"""How often each comes, in parts, and what it may end a run for."""


def suffer(victim: Victim, misfortune: Misfortune) -> None:
    """Let one misfortune befall the run."""
    victim.befallen.append(misfortune.__name__)
    victim.explained |= MISFORTUNES[misfortune][1]
    misfortune(victim)


def strike(victim: Victim) -> None:
    """Let one misfortune, drawn at random, befall the run."""
    weights = [weight for weight, _ in MISFORTUNES.values()]
    suffer(victim, victim.chance.choices(list(MISFORTUNES), weights)[0])
