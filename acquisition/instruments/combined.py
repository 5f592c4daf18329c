"""A source of current and an impedance analyser on one cell, as one device.

Only one of them is ever connected: before a sweep the source opens the cell, and before the source
drives it again the analyser takes its signal and its bias away. After a sweep the cell stays open
until the next segment. An analyser sees the cell without the source only if the source's open
output is an open circuit, and a cell with a voltage of its own needs a switch between the two, or
the analyser's dc block: nothing here can see to that.
"""

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any, Final

from ...drivers.capabilities import (
    Envelope,
    HasNotes,
    HeldLimits,
    HoldsLimits,
    Identity,
    KnowsSilence,
    OutputState,
    SegmentDevice,
)
from ...drivers.errors import DriverError
from ...drivers.readings import Observation
from ...drivers.segments import DeviceSegment, ImpedanceSweep, SegmentEnd
from .roles import Role

_SWEEP: Final = ImpedanceSweep.__name__
_AND: Final = " + "


class Combined:
    """A ``SegmentDevice`` of two: the analyser does the sweeps, the source does all else."""

    def __init__(
        self, source: SegmentDevice, analyser: SegmentDevice, *, role: Role = Role.GALVANOSTAT
    ) -> None:
        self._source, self._analyser, self._role = source, analyser, role
        self._off: list[SegmentDevice] = []  # known to be: made safe, and not used since

    def connect(self) -> OutputState:
        """Ask both who they are and what their outputs do; switch nothing on."""
        self._off = []
        states = [device.connect() for device in (self._source, self._analyser)]
        for worst in (OutputState.ON, OutputState.UNKNOWN):
            if worst in states:
                return worst
        return OutputState.OFF

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``: both, joined by " + "."""
        source, analyser = self._source.identity, self._analyser.identity
        return Identity(
            manufacturer=_both(source.manufacturer, analyser.manufacturer),
            model=_both(source.model, analyser.model),
            serial=f"{source.serial}{_AND}{analyser.serial}",
            firmware=_both(source.firmware, analyser.firmware),
        )

    @property
    def identities(self) -> Mapping[str, Identity]:
        """Who answered, by role."""
        return {
            self._role.value: self._source.identity,
            Role.IMPEDANCE_ANALYSER.value: self._analyser.identity,
        }

    @property
    def devices(self) -> tuple[SegmentDevice, SegmentDevice]:
        """Source and analyser, for whoever must reach the one while the other is gone."""
        return self._source, self._analyser

    @property
    def envelope(self) -> Envelope:
        """What both can do together: impedance is the analyser's, the rest the source's."""
        source, analyser = self._source.envelope, self._analyser.envelope
        return replace(
            source,
            segments=(source.segments - {_SWEEP}) | (analyser.segments & {_SWEEP}),
            frequency_min_hz=analyser.frequency_min_hz,
            frequency_max_hz=analyser.frequency_max_hz,
            amplitude_max_v=analyser.amplitude_max_v,
        )

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        self._for(segment).check(segment)

    def program_limits(self, voltage_max_v: float) -> HeldLimits:
        """Have the source hold what it can; an analyser holds nothing, and ends nothing itself."""
        if not isinstance(self._source, HoldsLimits):
            return HeldLimits(values={}, by_segment=(), ends_segments=False)
        return replace(self._source.program_limits(voltage_max_v), ends_segments=False)

    def notes(self) -> Mapping[str, Any]:
        """What the analyser, or the source, has to tell for the record; empty if nothing."""
        told: dict[str, Any] = {}
        for device in (self._source, self._analyser):
            if isinstance(device, HasNotes):
                told.update(device.notes())
        return told

    def silence_s(self, segment: DeviceSegment) -> float:
        """How long the device that does it may be silent, if it knows; 0 s if not."""
        device = self._for(segment)
        return device.silence_s(segment) if isinstance(device, KnowsSilence) else 0.0

    def perform(self, segment: DeviceSegment) -> Generator[Observation | None, None, SegmentEnd]:
        """Take the other device off the cell, then carry out the segment.

        After a sweep, and when one is closed early, the analyser is off the cell, too. After an
        error the outputs are left to ``make_safe``.
        """
        self.check(segment)
        device = self._for(segment)
        self._take_off(self._analyser if device is self._source else self._source)
        self._off = [other for other in self._off if other is not device]
        yield None  # that took its time
        try:
            end = yield from device.perform(segment)
        except GeneratorExit:
            self._after(device)
            raise
        self._after(device)
        return end

    def make_safe(self) -> None:
        """Open the cell at both, even if one of them fails; raises what the first one raised."""
        faults: list[DriverError | OSError] = []
        self._off = []
        for device in (self._source, self._analyser):
            try:
                self._take_off(device)
            except (DriverError, OSError) as fault:
                faults.append(fault)
        if faults:
            for other in faults[1:]:
                faults[0].add_note(f"and so did the other one: {other}")
            raise faults[0]

    def close(self) -> None:
        """Release both links. May be called twice."""
        try:
            self._source.close()
        finally:
            self._analyser.close()

    def _for(self, segment: DeviceSegment) -> SegmentDevice:
        return self._analyser if isinstance(segment, ImpedanceSweep) else self._source

    def _take_off(self, device: SegmentDevice) -> None:
        """Take a device off the cell, unless that was done and it has done nothing since."""
        if not any(device is off for off in self._off):
            device.make_safe()
            self._off.append(device)

    def _after(self, device: SegmentDevice) -> None:
        if device is self._analyser:
            self._take_off(device)


def serials_of(serial: str) -> tuple[str, ...]:
    """Take apart what ``Combined.identity`` has for a serial number.

    >>> serials_of("04412345 + MY46618801")
    ('04412345', 'MY46618801')
    """
    return tuple(serial.split(_AND))


def _both(first: str, second: str) -> str:
    return first if first == second else f"{first}{_AND}{second}"
