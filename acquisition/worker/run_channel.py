"""The worker: follows a plan to its end, and leaves the cell open, however it ends."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from ...drivers.capabilities import Envelope, Identity, SegmentDevice
from ...drivers.clock import Clock, MachineTime, machine_time
from ...drivers.segments import (
    LastingSegment,
    Mark,
    Segment,
    SegmentEnd,
    SegmentResult,
    SetTemperature,
    Tags,
)
from ..control.inbox import NO_COMMANDS, Commands
from ..control.stop import StopKind, StopRequests
from ..limits.limits import Limits
from ..limits.sentinel import CONNECT_PATIENCE_S, PLAN_PATIENCE_S
from ..plans.plan import Plan
from ..record.writer import RunWriter
from ..recovery.replay import Position
from ..recovery.resumed import Resumed
from ..starting.gate import CalledOffError, Gate
from ..supervision.heartbeat import Heart
from .channel import Channel, LimitTrippedError, StopAskedError
from .ending import RunEnd, RunReason, finish, note_fault, one_line
from .parts import NOTHING, SoFar, carry_out, pause_if_asked
from .performance import check
from .surroundings import Surroundings

_REASON_OF_STOP: Final = {
    StopKind.STOP: RunReason.STOPPED,
    StopKind.EMERGENCY_STOP: RunReason.EMERGENCY_STOP,
}
RESTORES: Final[Tags] = {"paused": True, "restores": "temperature"}
"""Tags of what brings the temperature back after an interruption; the plan did not ask for it."""


def run_channel(
    plan: Plan,
    device: SegmentDevice,
    writer: RunWriter,
    clock: Clock,
    limits: Limits,
    stop: StopRequests,
    surroundings: Surroundings | None = None,
    planned: Iterable[LastingSegment] = (),
    commands: Commands = NO_COMMANDS,
    resumed: Resumed | None = None,
    heartbeat: int | None = None,
    gate: Gate | None = None,
    machine: Callable[[], MachineTime] = machine_time,
) -> RunEnd:
    """Connect, follow the plan to its end, and open the cell, whatever happens.

    ``planned`` is what the plan is going to ask of a healthy cell: as soon as the instrument has
    said who it is, all of it is checked, so that what it cannot do is refused before it does any.
    Every observation is in the record before anyone acts on it, and each segment's intent is
    durable before the output changes. Failures of the device, the plan and the record end the run
    as ``failed`` and are recorded; only what ends the process itself (``KeyboardInterrupt``,
    ``SystemExit``) is raised again, after the cell is open. Closes neither device nor writer.

    With ``resumed`` the run is one that broke off, and goes on from there; ``plan`` is then that
    of its position, and the device has been connected. ``heartbeat`` is the file that a
    supervisor listens to, and ``machine`` asks the machine's clocks. ``surroundings`` are what
    stands around the cell; the caller closes it. With a ``gate`` nothing is done before it may be
    passed, but that the instrument is asked; if it is called off, the run ends as ``stopped``.
    """
    channel = Channel(
        device,
        writer,
        clock,
        limits,
        stop,
        surroundings or Surroundings(clock),
        commands,
        elapsed_s=resumed.elapsed_s if resumed is not None else 0.0,
        charge_c=resumed.position.charge_c if resumed is not None else 0.0,
        machine=machine,
    )
    with channel.sentinel, Heart(heartbeat, channel.sentinel.beat) as heart:
        channel.is_alone = heart.is_alone
        return _to_its_end(plan, channel, planned, resumed, stop, gate)


def _to_its_end(
    plan: Plan,
    channel: Channel,
    planned: Iterable[LastingSegment],
    resumed: Resumed | None,
    stop: StopRequests,
    gate: Gate | None,
) -> RunEnd:
    end = RunEnd(reason=RunReason.INTERRUPTED, detail="the worker was told to end")
    try:
        end = _follow(plan, channel, planned, resumed, gate)
    except StopAskedError as asked:
        end = RunEnd(reason=_REASON_OF_STOP[asked.request.kind], detail=str(asked))
    except CalledOffError as off:
        end = RunEnd(reason=RunReason.STOPPED, detail=str(off))
    except LimitTrippedError as trip:
        end = RunEnd(reason=RunReason.LIMIT_TRIPPED, detail=str(trip))
    except Exception as fault:  # noqa: BLE001  the one place: the cell must end open, the cause recorded
        end = RunEnd(reason=RunReason.FAILED, detail=one_line(fault))
        note_fault(channel, fault)
    finally:
        end = finish(channel, end, stop)
    return end


def _follow(
    plan: Plan,
    channel: Channel,
    planned: Iterable[LastingSegment],
    resumed: Resumed | None,
    gate: Gate | None,
) -> RunEnd:
    if resumed is None:
        _begin(channel, planned)
        if gate is not None:
            channel.note("gate", **gate(channel.look_around))
        so_far, (segment, outcome) = NOTHING, _next(channel, plan, None)
    else:
        _go_on(channel, resumed)
        channel.look_around()
        pause_if_asked(channel)
        position = resumed.position
        _restore_temperature(channel, position)
        so_far, (segment, outcome) = position.so_far, (position.asked, position.outcome)
    while segment is not None:
        channel.look_around()
        pause_if_asked(channel)
        answer = _carry_out(segment, channel, so_far)
        so_far, (segment, outcome) = NOTHING, _next(channel, plan, answer)
    return RunEnd(reason=RunReason.COMPLETED, detail=outcome)


def _next(channel: Channel, plan: Plan, answer: SegmentResult | None) -> tuple[Segment | None, str]:
    """What the plan asks for next; ``None``, and what it says, if it has come to its end."""
    channel.sentinel.at("asking the plan what is next", PLAN_PATIENCE_S)
    try:
        return (next(plan) if answer is None else plan.send(answer)), ""
    except StopIteration as finished:
        return None, str(finished.value or "")


def _go_on(channel: Channel, resumed: Resumed) -> None:
    """The event ``run_resumed`` opens the run again; its time goes on with the gap in it."""
    channel.note("run_resumed", **resumed.said, **channel.writer.promises())
    channel.note("gap", **resumed.gap)
    channel.pair_clocks()
    _note_instrument(channel)
    channel.await_surroundings()
    channel.make_durable()


def _restore_temperature(channel: Channel, position: Position) -> None:
    """Bring a cell back to the temperature that the plan had set before the run broke off."""
    if position.temperature is None or isinstance(position.asked, SetTemperature | None):
        return
    carry_out(channel, replace(position.temperature, tags=RESTORES))


def _begin(channel: Channel, planned: Iterable[LastingSegment]) -> None:
    """The event ``instrument`` says that it answered and can do all that is planned."""
    channel.note("run_started", **channel.writer.promises())
    channel.pair_clocks()
    channel.sentinel.at("connecting to the instrument", CONNECT_PATIENCE_S)
    output = channel.device.connect()
    for segment in planned:
        check(channel, segment)
    _note_instrument(channel)
    channel.note("state", output=output.value)
    channel.await_surroundings()
    channel.make_durable()


def _note_instrument(channel: Channel) -> None:
    device = channel.device
    several: Mapping[str, Identity] = getattr(device, "identities", {})
    devices = {role: asdict(identity) for role, identity in several.items()}
    told = {**asdict(device.identity), **_as_json(device.envelope)}
    channel.note("instrument", **told, **({"devices": devices} if devices else {}))
    channel.program_limits()


def _carry_out(segment: Segment, channel: Channel, so_far: SoFar) -> SegmentResult:
    match segment:
        case Mark():
            channel.note("mark", label=segment.label, data=dict(segment.data))
            return SegmentResult(end=SegmentEnd.COMPLETED)
        case _:
            return carry_out(channel, segment, so_far)


def _as_json(envelope: Envelope) -> dict[str, Any]:
    return {**asdict(envelope), "segments": sorted(envelope.segments)}
