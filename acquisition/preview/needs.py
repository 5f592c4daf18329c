"""What a plan needs of its channel, held against what the channel's drivers declare.

Only what no model of a driver can do is told here; what this very instrument can do is known once
it has answered. Each sentence says what is missing, and which drivers have it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from ...drivers.segments import ImpedanceSweep, LastingSegment, SetStackPressure, SetTemperature
from ..instruments.channels import ChannelSpec
from ..instruments.roles import ON_THE_CELL, Role, with_article
from ..instruments.specs import DeviceSpec, DriverKind
from ..instruments.table import DRIVERS
from ..limits.limits import Limits

_SWEEP: Final = ImpedanceSweep.__name__
_ROUNDING: Final = 1e-9
_VOLTAGES: Final = ("V", "mV")
_AROUND: Final = frozenset({SetTemperature.__name__, SetStackPressure.__name__})


def unmet_needs(channel: ChannelSpec, segments: Sequence[LastingSegment]) -> Iterator[str]:
    """Yield one sentence for each thing that the plan asks for and the channel has not."""
    kinds = dict.fromkeys(type(segment).__name__ for segment in segments)
    for kind in kinds:
        if kind not in _AROUND:
            yield from _missing_segment(channel, kind)
    yield from _beyond_frequencies(channel, segments)
    yield from _beyond_oven(channel, segments)
    yield from _missing_gauge(channel, segments)


def unmet_references(channel: ChannelSpec, references: Iterable[str]) -> Iterator[str]:
    """Yield one sentence for each reference electrode that no auxiliary line reads as a voltage."""
    lines = {gauge.name: gauge for gauge in channel.gauges if gauge.role is Role.AUXILIARY}
    for name in references:
        unit = "" if name not in lines else str(lines[name].options.get("unit", ""))
        if name in lines and unit not in _VOLTAGES:
            yield (
                f"the auxiliary line {name!r} of channel {channel.name} is read in {unit}, and the "
                f"protocol takes it for the voltage of the working against the reference "
                f"electrode: it must be read in {' or '.join(_VOLTAGES)}"
            )
        if name not in lines:
            has = f"has the auxiliary lines {', '.join(lines)}" if lines else "has none"
            yield (
                f"the protocol names the auxiliary line {name!r} for the reference electrode, and "
                f"channel {channel.name} {has}: add [channel.{channel.name}.auxiliary.{name}] "
                f"({_drivers(Role.AUXILIARY)}), or leave reference out"
            )


def unwatched_limits(channel: ChannelSpec, limits: Limits) -> Iterator[str]:
    """Yield one sentence for each limit of something that nothing on the channel measures."""
    for name in limits.set_values():
        if name.startswith("temperature") and not _measures_temperature(channel):
            yield (
                f"channel {channel.name} has no thermometer, so nobody would watch "
                f"{limits.of_whom(name)}: leave it out, or name an oven ({_drivers(Role.OVEN)}) or "
                f"an auxiliary line called temperature ({_drivers(Role.AUXILIARY)})"
            )
        if name.startswith("stack_pressure") and channel.of_role(Role.PRESSURE_GAUGE) is None:
            yield (
                f"channel {channel.name} has no pressure gauge, so nobody would watch "
                f"{limits.of_whom(name)}: leave it out, or add a pressure_gauge "
                f"({_drivers(Role.PRESSURE_GAUGE)})"
            )


def _measures_temperature(channel: ChannelSpec) -> bool:
    return channel.oven is not None or any(gauge.name == "temperature" for gauge in channel.gauges)


def _missing_segment(channel: ChannelSpec, kind: str) -> Iterator[str]:
    device = _device_for(channel, kind)
    if device is not None and kind in DRIVERS[device.driver].segments:
        return
    has = " and ".join(f"{with_article(d.role)} ({d.driver})" for d in channel.on_the_cell)
    able = _drivers(*ON_THE_CELL, can=lambda driver: kind in driver.segments)
    if kind == _SWEEP:
        yield (
            f"channel {channel.name} has {has}, which measures no impedance, and the protocol asks "
            f"for spectra: add an impedance_analyser or use a potentiostat ({able}), or leave them "
            "out (of a critical-current test by `impedance: none`; the evidence is then of grade A "
            "at best)"
        )
    else:
        yield (
            f"channel {channel.name} has {has}, which cannot do {kind}, and the protocol asks for "
            f"it: {able} can"
        )


def _device_for(channel: ChannelSpec, kind: str) -> DeviceSpec | None:
    """Which device would carry it out: spectra are an analyser's, where there is one."""
    analyser = channel.of_role(Role.IMPEDANCE_ANALYSER)
    source = next((d for d in channel.on_the_cell if d is not analyser), None)
    if kind == _SWEEP:
        return analyser or source
    return source or analyser


def _beyond_frequencies(channel: ChannelSpec, segments: Iterable[LastingSegment]) -> Iterator[str]:
    device = _device_for(channel, _SWEEP)
    sweeps = [segment for segment in segments if isinstance(segment, ImpedanceSweep)]
    range_hz = None if device is None else DRIVERS[device.driver].frequency_hz
    if device is None or range_hz is None or not sweeps:
        return
    lowest_hz = min(sweep.frequency_min_hz for sweep in sweeps)
    highest_hz = max(sweep.frequency_max_hz for sweep in sweeps)
    asks = f"the protocol asks for spectra from {highest_hz:g} Hz to {lowest_hz:g} Hz"
    able = _drivers(*ON_THE_CELL, can=lambda d: _covers(d, lowest_hz, highest_hz)) or "no driver"
    goes = f"{asks}, and {device.driver} goes"
    if highest_hz > range_hz[1] * (1 + _ROUNDING):
        yield f"{goes} up to {range_hz[1]:g} Hz; the whole range has {able}"
    if lowest_hz < range_hz[0] * (1 - _ROUNDING):
        yield f"{goes} down to {range_hz[0]:g} Hz; the whole range has {able}"


def _covers(driver: DriverKind, lowest_hz: float, highest_hz: float) -> bool:
    if driver.frequency_hz is None or _SWEEP not in driver.segments:
        return False
    return driver.frequency_hz[0] * (
        1 - _ROUNDING
    ) <= lowest_hz and highest_hz <= driver.frequency_hz[1] * (1 + _ROUNDING)


def _beyond_oven(channel: ChannelSpec, segments: Iterable[LastingSegment]) -> Iterator[str]:
    asked = [segment for segment in segments if isinstance(segment, SetTemperature)]
    if not asked:
        return
    oven = channel.oven
    if oven is None:
        yield (
            f"channel {channel.name} stands in no oven, and the protocol sets temperatures: name "
            f'one in the bench file, oven = "NAME" with a table [oven.NAME] '
            f"({_drivers(Role.OVEN)})"
        )
        return
    for temperature_k in dict.fromkeys(segment.temperature_k for segment in asked):
        if not oven.temperature_min_k <= temperature_k <= oven.temperature_max_k:
            yield (
                f"the protocol asks for {temperature_k:.6g} K, and oven {oven.name} may go from "
                f"{oven.temperature_min_k:.6g} K to {oven.temperature_max_k:.6g} K"
            )


def _missing_gauge(channel: ChannelSpec, segments: Iterable[LastingSegment]) -> Iterator[str]:
    asked = any(isinstance(segment, SetStackPressure) for segment in segments)
    if asked and channel.of_role(Role.PRESSURE_GAUGE) is None:
        yield (
            f"channel {channel.name} has no pressure gauge, and the protocol asks for stack "
            f"pressures, which a gauge has to confirm: add [channel.{channel.name}.pressure_gauge] "
            f"({_drivers(Role.PRESSURE_GAUGE)})"
        )


def _drivers(*roles: Role, can: Callable[[DriverKind], bool] = lambda _: True) -> str:
    """The names of the drivers that have one of these roles, and can do something."""
    return ", ".join(
        name for name, driver in DRIVERS.items() if set(roles) & set(driver.roles) and can(driver)
    )
