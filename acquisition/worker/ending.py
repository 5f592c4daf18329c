"""How a run ends: the cell is opened first; then it is written down, in the record or beside it."""

import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ...drivers.capabilities import OutputState, SegmentDevice
from ...drivers.errors import DriverError
from ..control.stop import StopRequests
from ..limits.sentinel import OPENING_PATIENCE_S
from ..record.errors import RecordError
from .channel import Channel

_MAKE_SAFE_ATTEMPTS: Final = 3


class RunReason(StrEnum):
    """Why a run ended. Stored as text; never renamed."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    EMERGENCY_STOP = "emergency_stop"
    LIMIT_TRIPPED = "limit_tripped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended. ``safe`` is whether the cell is known to be open; ``recorded`` whether
    this very end is durable in the run file.
    """

    reason: RunReason
    detail: str
    safe: bool = False
    recorded: bool = False


def finish(channel: Channel, end: RunEnd, stop: StopRequests) -> RunEnd:
    """Open the cell first; then write down how it all ended."""
    channel.sentinel.end()
    channel.sentinel.at("opening the cell", OPENING_PATIENCE_S)
    trouble = _make_safe(channel.device)
    channel.sentinel.stand_down()
    end = replace(end, safe=trouble is None)
    if trouble is None:
        with suppress(OSError):  # a full disk, perhaps; the run file will say it, or last words
            stop.acknowledge()
    else:
        detail = f"{end.detail}; output unknown: {trouble}".removeprefix("; ")
        end = replace(end, detail=detail)
    try:
        _record_end(channel, end, trouble)
    except RecordError as fault:
        return _end_unrecorded(channel, end, fault)
    return replace(end, recorded=True)


def _end_unrecorded(channel: Channel, end: RunEnd, fault: RecordError) -> RunEnd:
    """Say outside the run file that the record has failed, and why the run had ended before."""
    detail = one_line(fault)
    if end.detail != detail:
        detail = f"{detail}; before that: {end.reason.value}: {end.detail}"
    end = replace(end, reason=RunReason.FAILED, detail=detail)
    channel.writer.say_last_words(
        end.reason.value, end.detail, safe=end.safe, elapsed_s=channel.elapsed_s()
    )
    return end


def _make_safe(device: SegmentDevice) -> str | None:
    """Open the cell, trying again on a bad link; return what went wrong if it stayed bad."""
    trouble = None
    for _ in range(_MAKE_SAFE_ATTEMPTS):
        try:
            device.make_safe()
        except (DriverError, OSError) as fault:
            trouble = one_line(fault)
        else:
            return None
    return trouble


def _record_end(channel: Channel, end: RunEnd, trouble: str | None) -> None:
    if trouble is None:
        channel.note("made_safe", output=OutputState.OFF.value, by="worker")
    else:
        channel.note("error", detail=f"output unknown: {trouble}")
        channel.note("state", output=OutputState.UNKNOWN.value)
    if end.reason is RunReason.LIMIT_TRIPPED:
        channel.note("limit_trip", detail=end.detail)
    channel.pair_clocks()
    channel.note("disk", **channel.writer.figures())
    channel.desk.close(f"the run is over: {end.reason.value}")
    channel.note("run_ended", reason=end.reason.value, detail=end.detail)
    channel.writer.commit()
    channel.desk.put_away(channel.writer.acknowledged_seq)


def note_fault(channel: Channel, fault: Exception) -> None:
    """Put what went wrong into the record, as far as that still takes anything."""
    try:
        channel.note(
            "error", detail=one_line(fault), traceback="".join(traceback.format_exception(fault))
        )
    except RecordError:
        return  # the record itself has failed; the end that is returned says so


def one_line(fault: Exception) -> str:
    """Say in one line what went wrong."""
    return f"{type(fault).__name__}: {fault}".splitlines()[0]
