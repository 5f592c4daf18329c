"""Opening each device of a bench, one after the other, to see whether it is what the file says.

No output is switched on: a device is connected to as a run would, asked who it is and what it does,
and let go. (A source meter whose "off" is a source of 0 V is told by ``connect`` that off is open;
a MethodSCRIPT instrument must stop a script that was left running to say who it is.) What a run has
is left alone and shown as busy.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from ...drivers.capabilities import Envelope, Identity, OutputState
from ...drivers.clock import SystemClock
from ...drivers.errors import DriverError
from ..files.bench import Bench
from ..files.units import ZERO_CELSIUS_K
from ..lease import LeaseTakenError, channel_lease, take_lease
from .channels import ChannelSpec
from .roles import GAUGES, Role
from .specs import AnyDevice, DeviceSpec, OvenSpec
from .table import DRIVERS

CHECK: Final = "bench check"
"""The name in which devices are leased while they are looked at."""


class Verdict(StrEnum):
    """What a look at a device led to."""

    OK = "ok"
    NOTE = "note"
    BUSY = "busy"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One device of a bench and what was seen of it.

    ``place`` is the channel or the oven. ``can`` and ``reads`` say in words what the device can do
    and what it reads; ``detail`` why the verdict is not "ok".
    """

    place: str
    device: DeviceSpec
    verdict: Verdict
    detail: str = ""
    identity: Identity | None = None
    output: OutputState | None = None
    can: str = ""
    reads: str = ""


def check_bench(
    bench: Bench,
    *,
    only: str | None = None,
    lease_folder: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[Checked]:
    """Look at every device of every channel and oven, or of the channel ``only``, in turn.

    ``tell`` hears the address that is being opened. Raises ``FileError`` for a channel that is
    not there.
    """
    channels = list(bench.channels.values()) if only is None else [bench.channel(only)]
    ovens = {channel.oven.name: channel.oven for channel in channels if channel.oven}
    ovens = dict(bench.ovens) if only is None else ovens
    for channel in channels:
        names = (channel_lease(channel.name, str(Path(bench.file).resolve())), *channel.addresses)
        with _leased(names, lease_folder) as busy:
            for device in channel.devices:
                yield _checked(channel, device, busy, tell)
    for oven in ovens.values():
        with _leased((oven.device.address,), lease_folder) as busy:
            yield _checked(oven, oven.device, busy, tell)


@contextmanager
def _leased(names: tuple[str, ...], folder: Path | None) -> Iterator[str]:
    """Hold leases for a while; yields who has them already, or nothing."""
    try:
        lease = take_lease(names, CHECK, folder=folder)
    except LeaseTakenError as error:
        yield str(error)
        return
    with lease:
        yield ""


def _checked(
    place: ChannelSpec | OvenSpec, spec: DeviceSpec, busy: str, tell: Callable[[str], None]
) -> Checked:
    if busy:
        return Checked(place=place.name, device=spec, verdict=Verdict.BUSY, detail=busy)
    tell(spec.address)
    try:
        device = DRIVERS[spec.driver].open(spec, place.position, SystemClock(place.clock_speed))
        try:
            return _looked_at(place, spec, device)
        finally:
            device.close()
    except (DriverError, OSError) as error:
        text = " ".join(str(error).split())
        return Checked(place=place.name, device=spec, verdict=Verdict.PROBLEM, detail=text)


def _looked_at(place: ChannelSpec | OvenSpec, spec: DeviceSpec, device: AnyDevice) -> Checked:
    output = device.connect()
    look = {Role.OVEN: _oven, **dict.fromkeys(GAUGES, _gauge)}.get(spec.role, _on_the_cell)
    can, reads, remark = look(place, device)
    verdict, detail = _verdict(spec, output)
    if remark and verdict is not Verdict.PROBLEM:
        verdict, detail = Verdict.NOTE, "; ".join(filter(None, (remark, detail)))
    return Checked(
        place=place.name,
        device=spec,
        verdict=verdict,
        detail=detail,
        identity=device.identity,
        output=output,
        can=can,
        reads=reads,
    )


def _verdict(spec: DeviceSpec, output: OutputState) -> tuple[Verdict, str]:
    if spec.role is Role.OVEN or output is OutputState.OFF:
        return Verdict.OK, ""
    if output is OutputState.ON and spec.role is Role.IMPEDANCE_ANALYSER:
        return Verdict.NOTE, "its signal is on the cell, and no run has it"
    if output is OutputState.ON:
        return Verdict.PROBLEM, "its output is on, and no run has it: solidcell make-safe"
    return Verdict.NOTE, "cannot say whether its output is on"


def _on_the_cell(place: object, device: Any) -> tuple[str, str, str]:
    envelope: Envelope = device.envelope
    can = f"{envelope.voltage_max_v:g} V, {envelope.current_max_a:g} A"
    if envelope.frequency_min_hz is not None and envelope.frequency_max_hz is not None:
        can += f", {_hertz(envelope.frequency_min_hz)} to {_hertz(envelope.frequency_max_hz)}"
    remark = ""
    if isinstance(place, ChannelSpec) and "Galvanostatic" in envelope.segments:
        most_a = place.limits.current_max_a
        if most_a > envelope.current_max_a:
            remark = f"the channel allows {most_a:g} A, more than it gives"
    return can, "", remark


def _hertz(frequency_hz: float) -> str:
    """Write a frequency as a person does.

    >>> _hertz(1.2e8), _hertz(20.0), _hertz(1e-5)
    ('120 MHz', '20 Hz', '10 µHz')
    """
    for factor, unit in ((1e6, "MHz"), (1e3, "kHz"), (1.0, "Hz"), (1e-3, "mHz")):
        if frequency_hz >= factor:
            return f"{frequency_hz / factor:g} {unit}"
    return f"{frequency_hz * 1e6:g} µHz"


def _oven(place: object, device: Any) -> tuple[str, str, str]:
    low_k, high_k = device.range_k
    reading = device.read()
    can = f"{low_k - ZERO_CELSIUS_K:g} to {high_k - ZERO_CELSIUS_K:g} °C"
    reads = f"{reading.temperature_k - ZERO_CELSIUS_K:.2f} °C"
    remark = ""
    if isinstance(place, OvenSpec) and not (
        low_k <= place.temperature_min_k and place.temperature_max_k <= high_k
    ):
        remark = "its window in the bench file is wider than what it takes"
    return can, reads, remark


def _gauge(place: object, device: Any) -> tuple[str, str, str]:
    del place
    return "", f"{device.read():.6g} {device.unit}", ""
