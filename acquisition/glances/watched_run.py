"""One run, read on from look to look: what was added, and no more."""

import math
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import psutil

from ...drivers.clock import Clock
from ..limits.limits_of_segments import SOAK_SILENCE_S
from ..preview.plan_ahead import Ahead, step_text
from ..record.errors import RecordError
from ..record.reader import RunReader
from ..record.rows import RunHeader, Segment
from ..runs import RunState, RunStateName, run_state
from .rows_seen import RowsSeen
from .standing import OVER, Glance

_ASK_EVERY_S: Final = 5.0
_PATIENCE_S: Final = 5.0
_MISSED_SAMPLES: Final = 5.0
_PERIODS_A_POINT: Final = 10.0
_DAMAGE: Final = (RecordError, OSError, ValueError, KeyError, TypeError, AttributeError)
_TELLS_STATE: Final = frozenset(
    {"run_ended", "run_resumed", "paused", "resumed", "made_safe", "command", "state"}
)


class WatchedRun:
    """Knows a run as far as it was read, and reads on. Belongs to the thread that made it.

    The file is kept open while the run is under way, so that a look costs four small queries;
    one that is over is opened again only if it changes.
    """

    def __init__(self, run_file: Path, channel: str, clock: Clock) -> None:
        self.run_file = run_file
        self._clock = clock
        self._reader: RunReader | None = None
        self._told = _nothing_known(run_file, channel)
        self._signature: tuple[int, ...] = ()
        self._asked_s = self._moved_s = -math.inf
        self._state: RunState | None = None
        self._rows = RowsSeen(0)

    def look(self) -> Glance:
        """Where the run stands now. A file that cannot be read is told as ``unreadable``."""
        signature = _signature(self.run_file)
        if self._reader is None and signature == self._signature:
            return self._told
        try:
            self._told = self._look(signature)
        except _DAMAGE as error:
            self.close()
            self._told = replace(
                _nothing_known(self.run_file, self._told.channel), detail=_one_line(error)
            )
        self._signature = signature
        return self._told

    @property
    def unplanned(self) -> RunHeader | None:
        """The head of a run under way of which it is not yet known what lies ahead."""
        known = self._reader is None or self._rows.ahead is not None
        return None if known or self._reader is None else self._reader.header

    def take_plan(self, ahead: Ahead) -> None:
        """Take what lies ahead of the run; the next look tells what is left."""
        self._rows.ahead = ahead

    def close(self) -> None:
        """Release the file. May be called twice."""
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    def _look(self, signature: tuple[int, ...]) -> Glance:
        if not any(signature[:3]):
            raise FileNotFoundError(f"{self.run_file}: there is no such file")
        if self._reader is None:
            self._reader = RunReader(self.run_file)
            self._rows = RowsSeen.begin(self._reader, self._rows.ahead)
            self._moved_s = self._clock.now_s() - _age_s(signature)
            self._state, news = None, []
        elif news := self._rows.read_on(self._reader):
            self._moved_s = self._clock.now_s()
        state = self._ask_state(news)
        if state.state in OVER:
            self._rows.read_on(self._reader)  # written before the end was
            told = self._tell(self._reader.header, state)
            self.close()
            return told
        return self._tell(self._reader.header, state)

    def _ask_state(self, news: list[str]) -> RunState:
        """Rows that came prove life; without any, whoever should have written is looked at."""
        state, now_s = self._state, self._clock.now_s()
        is_certain = state is not None and state.state not in (*OVER, RunStateName.RECOVERING)
        if news:
            is_certain = is_certain and _TELLS_STATE.isdisjoint(news)
        elif state is not None:
            is_certain = (
                is_certain
                and now_s - self._asked_s < _ASK_EVERY_S
                and state.pid is not None
                and psutil.pid_exists(state.pid)
            )
        if state is None or not is_certain:
            state = run_state(self.run_file)
            self._state, self._asked_s = state, now_s
        return state

    def _tell(self, header: RunHeader, state: RunState) -> Glance:
        rows = self._rows
        under_way = state.state not in OVER
        segment = rows.segments[-1] if rows.segments and under_way else None
        last = rows.last
        elapsed_s = max(rows.elapsed_s, state.elapsed_s)
        stale_s = max(0.0, self._clock.now_s() - self._moved_s) if under_way else None
        ahead = rows.ahead or Ahead()
        area_m2 = header.cell.get("electrode_area_m2")
        return Glance(
            channel=header.channel,
            run_id=header.run_id,
            run_file=self.run_file,
            cell=str(header.cell.get("name") or ""),
            protocol=str(header.protocol.get("name") or header.protocol.get("protocol") or ""),
            state=state.state,
            detail=state.detail,
            safe=state.safe,
            segment=segment.name if segment is not None else "",
            step=step_text(segment, ahead.steps),
            voltage_v=last.voltage_v if last is not None else None,
            current_a=last.current_a if last is not None else None,
            temperature_k=rows.temperature_k,
            oven=rows.oven if under_way else "",
            electrode_area_m2=float(area_m2) if area_m2 else None,
            charge_c=rows.charge_c,
            elapsed_s=elapsed_s,
            remaining_s=ahead.remaining_s(rows.segments, elapsed_s) if under_way else None,
            stale_s=stale_s,
            is_silent=_is_silent(state, segment, stale_s, header.clock_speed),
            clock_speed=header.clock_speed,
            alarms=tuple(rows.alarms),
            alarm_count=rows.alarm_count,
            history=rows.history.points(),
        )


def _is_silent(
    state: RunState, segment: Segment | None, stale_s: float | None, clock_speed: float
) -> bool:
    """Whether the segment should have given a row by now."""
    if stale_s is None or state.state is not RunStateName.RUNNING:
        return False
    settings = segment.settings if segment is not None else {}
    if "stable_s" in settings:
        expected_s = SOAK_SILENCE_S
    elif "frequency_min_hz" in settings:
        expected_s = _PERIODS_A_POINT / float(settings["frequency_min_hz"])
    else:
        expected_s = _MISSED_SAMPLES * float(settings.get("sample_period_s", 1.0))
    return stale_s > _PATIENCE_S + expected_s / clock_speed


def _nothing_known(run_file: Path, channel: str) -> Glance:
    run_id = run_file.name.removesuffix(".run.sqlite")
    unreadable = RunStateName.UNREADABLE
    return Glance(channel=channel, run_id=run_id, run_file=run_file, state=unreadable)


def _signature(run_file: Path) -> tuple[int, ...]:
    """Changes whenever the file does; only zeros if there is none."""
    found: list[int] = []
    for path in (f"{run_file}", f"{run_file}-wal"):
        try:
            stat = os.stat(path)  # noqa: PTH116  sixty-four runs, twice a second
        except OSError:
            found += [0, 0, 0]
            continue
        empty_log = path.endswith("-wal") and not stat.st_size  # a reader leaves one behind
        found += [0, 0, 0] if empty_log else [stat.st_ino, stat.st_size, stat.st_mtime_ns]
    return tuple(found)


def _age_s(signature: tuple[int, ...]) -> float:
    """Seconds of the wall since the file, or its log, was written."""
    return max(0.0, time.time() - max(signature[2], signature[5]) / 1e9)


def _one_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
