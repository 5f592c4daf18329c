"""A run that is paused: its cell is open, or rests at 0 A; limits, stops and clocks are watched."""

from dataclasses import dataclass, replace
from typing import Final

from ...drivers.capabilities import OutputState
from ...drivers.segments import SegmentEnd
from ..control.commands import Command, CommandKind, PauseMode
from ..limits.sentinel import OPENING_PATIENCE_S
from .channel import PAUSED_REST, Channel
from .performance import begin_part, perform_part

_LOOK_EVERY_WALL_S: Final = 0.05
_LOOK_EVERY_LEAP_S: Final = 1.0
"""On a clock that leaps, and has no pace."""


def stay_paused(channel: Channel, pause: Command, segment: int | None) -> Command | None:
    """Open the cell, or rest, until somebody resumes the run.

    ``segment`` is the one that was broken off. Returns the command to skip what is left of it, if
    that was given meanwhile. Raises ``StopAskedError``, ``LimitTrippedError``, or what the device
    raises when the cell cannot be opened.
    """
    vigil = _Vigil(channel, segment, channel.elapsed_s())
    channel.surroundings.note("paused")
    channel.desk.pause(pause)
    if pause.mode is PauseMode.REST:
        vigil.say_paused(pause, OutputState.ON)
        _rest(vigil)
    if vigil.resumed is None:
        channel.sentinel.at("opening the cell", OPENING_PATIENCE_S)
        channel.device.make_safe()
        vigil.say_paused(replace(pause, mode=PauseMode.OPEN), OutputState.OFF)
        _wait(vigil)
    vigil.say_resumed()
    channel.surroundings.note("")
    return vigil.skip


@dataclass(slots=True)
class _Vigil:
    """What was commanded during one pause."""

    channel: Channel
    segment: int | None
    began_s: float
    resumed: Command | None = None
    skip: Command | None = None

    def say_paused(self, pause: Command, output: OutputState) -> None:
        self.channel.desk.pause(pause)
        self.channel.note(
            "paused",
            segment=self.segment,
            mode=pause.mode.value,
            by=pause.who,
            output=output.value,
        )

    def say_resumed(self) -> None:
        self.channel.desk.resume()
        self.channel.note(
            "resumed",
            segment=self.segment,
            by=self.resumed.who if self.resumed is not None else "unknown",
            paused_s=self.channel.elapsed_s() - self.began_s,
        )

    def obey(self, command: Command, done_s: float = 0.0) -> SegmentEnd | None:
        """Remember what is commanded; to go on is the end of a rest."""
        del done_s
        if command.kind is CommandKind.RESUME:
            self.resumed = command
            return SegmentEnd.COMPLETED
        self.skip = command
        self.channel.desk.take()
        return None


def _rest(vigil: _Vigil) -> None:
    """Rest at 0 A and measure, until resumed or until the instrument ends it for a reason."""
    end = SegmentEnd.COMPLETED
    while vigil.resumed is None and end is SegmentEnd.COMPLETED:
        number = begin_part(vigil.channel, PAUSED_REST)
        end = perform_part(vigil.channel, number, PAUSED_REST, vigil.obey).end


def _wait(vigil: _Vigil) -> None:
    channel = vigil.channel
    speed: float | None = getattr(channel.clock, "speed", None)
    period_s = _LOOK_EVERY_LEAP_S if speed is None else _LOOK_EVERY_WALL_S * speed
    while vigil.resumed is None:
        channel.look_around()
        command = channel.desk.take()
        if command is None:
            channel.clock.sleep_until(channel.clock.now_s() + period_s)
        else:
            vigil.obey(command)
