"""One kill of ``record_kill9.py``: a run is started, killed at a drawn moment, and judged.

``draw`` chooses everything from a seed; ``carry_out`` does it and returns what came of it.
"""

import random
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil
from record_bench import ServedTwin, begin, served, wait
from record_disks import sqlite_shell
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.lease import LeaseTakenError, take_lease
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.rows import Reading
from solidcell.acquisition.record.schema import SEQUENCED
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.session import open_interrupted, request_stop

SPEED = 20.0
LONGEST_LIFE_S = 1.0
LOOK_EVERY_S = 0.005
_PAIR = """\
  - {segment: galvanostatic, current_ma: 0.008, duration_s: 3, sample_period_s: 0.2,
     voltage_min_v: -2, voltage_max_v: 2}
  - {segment: rest, duration_s: 1, sample_period_s: 0.2}
"""
_HOLD = """\
  - {segment: galvanostatic, current_ma: -0.008, duration_h: 10, sample_period_s: 0.2,
     voltage_min_v: -2, voltage_max_v: 2}
"""
_ROWS = " UNION ALL ".join(f"SELECT seq FROM {table}" for table in SEQUENCED)
_QUERIES = ("PRAGMA integrity_check", f"SELECT count(*), max(seq) FROM ({_ROWS})")


class NotBegunError(Exception):
    """There was nothing to kill: the machine was too busy to begin a run in time."""


@dataclass(frozen=True)
class Draw:
    """Who is killed and when.

    ``setting`` and ``opening`` aim at the n-th time that the source is set or opened: the
    instrument has done it, and neither an answer nor a reading has told so. After ``pairs``
    half-cycles of 3 s comes one of 10 h, which an instrument left alone would carry out.
    """

    number: int
    driver: str
    victims: Literal["worker", "supervisor", "both"]
    moment: Literal["random", "setting", "opening"]
    pairs: int
    nth: int
    life_s: float


def draw(seed: int, number: int) -> Draw:
    chance = random.Random(f"{seed} {number}")
    driver = chance.choice(("methodscript", "keithley_2450"))
    aims = ("setting", "opening") if driver == "methodscript" else ("setting", "setting")
    pairs = chance.randint(1, 4)
    return Draw(
        number=number,
        driver=driver,
        victims=chance.choices(("worker", "supervisor", "both"), (70, 10, 20))[0],
        moment=chance.choices(("random", *aims), (60, 30, 10))[0],
        pairs=pairs,
        nth=chance.randint(1, pairs),
        life_s=chance.uniform(0.0, LONGEST_LIFE_S),
    )


def carry_out(drawn: Draw) -> dict[str, Any]:
    with ExitStack() as held:
        name = tempfile.TemporaryDirectory(prefix="kill-", ignore_cleanup_errors=True)
        twin = held.enter_context(served(drawn.driver, SPEED))
        folder = Path(held.enter_context(name))
        protocol = "protocol: sequence\nsegments:\n" + _PAIR * drawn.pairs + _HOLD
        return _Trial(drawn, twin, begin(folder, twin, protocol)).carry_out()


class _Trial:
    def __init__(self, drawn: Draw, twin: ServedTwin, folder: RunFolder) -> None:
        self.drawn, self.twin, self.folder = drawn, twin, folder
        self.front_end = twin.front_end
        self.acknowledged: list[Reading] = []
        self.last_seq = 0
        self.began_s = time.perf_counter()  # a source meter that is off still holds its cell at 0 V
        self.killed_s = 0.0
        self.called_s = 0.0  # when whoever is to open the cell was called
        self._switched = 0
        if drawn.moment == "setting":
            self.front_end.on_setting = self._count
        elif drawn.moment == "opening":
            self.front_end.on_opening = self._count

    def carry_out(self) -> dict[str, Any]:
        try:
            wait(self._has_begun, "the run begins")
        except (TimeoutError, RuntimeError) as error:
            raise NotBegunError(str(error)) from None
        with RunReader(self.folder.run_file) as file:
            self._follow(file)
            found = getattr(self, f"_after_{self.drawn.victims}")(file)
        judged = self._judge()
        judged["whole"] &= found.get("left_whole", True)
        return {**vars(self.drawn), **found, **judged}

    def _has_begun(self) -> bool:
        if failure := read_json(self.folder.failure_file):
            raise RuntimeError(failure["error"])
        try:
            with RunReader(self.folder.run_file) as file:
                return file.last_seq() > 0
        except RecordError:
            return False

    def _follow(self, file: RunReader) -> None:
        """Read as any other process could, until the kill."""
        began_s = time.perf_counter()
        while not self.killed_s:
            newest, seq = file.readings(self.acknowledged[-1].seq if self.acknowledged else 0), 0
            seq = max(file.last_seq(), newest[-1].seq if newest else 0)
            if self.killed_s:  # meanwhile: the supervisor may have written what was just read
                return
            self.acknowledged += newest
            self.last_seq = seq
            if self.drawn.moment == "random" and time.perf_counter() - began_s > self.drawn.life_s:
                self._kill()
                return
            if time.perf_counter() - began_s > 60.0:
                raise TimeoutError("the moment to kill never came")
            time.sleep(LOOK_EVERY_S)

    def _count(self) -> None:
        self._switched += 1
        if self._switched == self.drawn.nth:
            self._kill()

    def _kill(self) -> None:
        stored = read_json(self.folder.worker_file) or {}
        wanted = ("supervisor", "worker") if self.drawn.victims == "both" else (self.drawn.victims,)
        victims = [psutil.Process(stored[name]["pid"]) for name in wanted]
        now_s = time.perf_counter()
        for victim in victims:
            victim.kill()
        self.killed_s = self.called_s = now_s

    def _after_worker(self, file: RunReader) -> dict[str, Any]:
        wait(lambda: file.end() is not None, "the supervisor tells the end")
        wait(lambda: self._is_gone("supervisor"), "the supervisor lets go of the file")
        safe = [event.body.get("by") for event in file.events(kind="made_safe")]
        return {"opened_by": safe[-1] if safe else "nobody"}

    def _after_supervisor(self, file: RunReader) -> dict[str, Any]:
        wait(lambda: file.last_seq() > self.last_seq + 5, "the run goes on without a supervisor")
        self.called_s = time.perf_counter()
        request_stop(self.folder.run_file, "benchmark")
        wait(lambda: file.end() is not None, "the run stops when asked")
        wait(lambda: self._is_gone("worker"), "the worker ends")
        return {"opened_by": "worker"}

    def _after_both(self, file: RunReader) -> dict[str, Any]:
        wait(lambda: self._is_gone("worker"), "the worker is gone")
        left_whole = sqlite_shell(file.path, *_QUERIES).startswith(
            "ok|"
        )  # nobody has touched it since
        wait(self._is_let_go, "the dead worker's threads let go of the instrument")
        self.called_s = time.perf_counter()
        opened = open_interrupted(self.folder.run_file, "benchmark")
        return {"left_whole": left_whole, "opened_by": "recover", "output_was": opened.output}

    def _is_let_go(self) -> bool:
        try:
            take_lease((self.twin.address,), "benchmark").release()
        except LeaseTakenError:
            return False
        return True

    def _is_gone(self, who: str) -> bool:
        pid = (read_json(self.folder.worker_file) or {})[who]["pid"]
        return not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie"

    def _judge(self) -> dict[str, Any]:
        driven = self.front_end.drove_since(self.killed_s)
        last_s = self.front_end.changes[-1][0] if self.front_end.changes else self.called_s
        with RunReader(self.folder.run_file) as file:
            kept = {reading.seq: reading for reading in file.readings()}
            intents = [e.body["kind"] for e in file.events(kind="intent")]
            seqs = {*kept, *(s.seq for s in file.segments()), *(e.seq for e in file.events())}
        missing = set(range(1, self.last_seq + 1)) - seqs
        changed = sum(kept.get(reading.seq) != reading for reading in self.acknowledged)
        shell = sqlite_shell(self.folder.run_file, *_QUERIES)
        return {
            "acknowledged": self.last_seq,
            "lost": len(missing) + changed,
            "whole": shell == f"ok|{len(seqs)}|{max(seqs)}" and len(seqs) == max(seqs),
            "shell": shell,
            "driven": driven,
            "intended": self.front_end.times_closed(self.began_s) <= intents.count("Galvanostatic"),
            "open": self.front_end.is_open,
            "safe_after_s": max(0.0, last_s - self.called_s) if driven else 0.0,
        }
