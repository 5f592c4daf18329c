"""The statements that reach the cell: switch, set values, ranges, and the measurement loops.

Unverified, so kept behind names or in one place:

* ``MEASURABLE``: variable types that meas can read.
* ``SWITCHING_S``: time that the cell switch or a new set value takes.
* ``POINTS_MAX``: most points of an impedance sweep.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from .arithmetic import WRONG_NUMBER
from .loops import ImpedanceLoop, MeasurementLoop, SweepLoop, TimedLoop, sweep_lsb
from .operands import (
    Action,
    Getter,
    Locator,
    Value,
    getter,
    slot_at,
    value_at,
    word_at,
)
from .program import Machine, Operation
from .ranging import OUT_OF_BOUNDS, RunError
from .statements import MUST_BE_POSITIVE
from .syntax import BAD_TYPE, Statement

SWITCHING_S = 1e-3
POINTS_MAX = 10_000
MEASURABLE = ("ab", "ba")

Opener: TypeAlias = Callable[[Machine], MeasurementLoop]


def whole(value: Value) -> int:
    """A count, given as an integer or as a float without a fraction (``41`` and ``41i``)."""
    if value != int(value):
        raise RunError(WRONG_NUMBER)
    return int(value)


def _select_channel(statement: Statement) -> Action:
    value = value_at(statement, 0)
    return lambda machine: machine.potentiostat.select_channel(whole(value(machine)))


def _set_mode(statement: Statement) -> Action:
    value = value_at(statement, 0)

    def act(machine: Machine) -> None:
        machine.potentiostat.configure(machine.time_s, whole(value(machine)))
        machine.time_s += SWITCHING_S

    return act


def _set_range(statement: Statement) -> Action:
    vartype, value = word_at(statement, 0), value_at(statement, 1)
    return lambda machine: machine.potentiostat.ranging.follow(
        vartype, value(machine), value(machine)
    )


def _set_autoranging(statement: Statement) -> Action:
    vartype, low, high = word_at(statement, 0), value_at(statement, 1), value_at(statement, 2)
    return lambda machine: machine.potentiostat.ranging.follow(vartype, low(machine), high(machine))


def _set_range_minmax(statement: Statement) -> Action:
    vartype, low, high = word_at(statement, 0), value_at(statement, 1), value_at(statement, 2)
    return lambda machine: machine.potentiostat.set_range_minmax(
        vartype, low(machine), high(machine)
    )


def _set_potential(statement: Statement) -> Action:
    value = value_at(statement, 0)

    def act(machine: Machine) -> None:
        machine.potentiostat.apply_voltage(machine.time_s, value(machine))
        machine.time_s += SWITCHING_S

    return act


def _set_current(statement: Statement) -> Action:
    value = value_at(statement, 0)

    def act(machine: Machine) -> None:
        machine.potentiostat.apply_current(machine.time_s, value(machine))
        machine.time_s += SWITCHING_S

    return act


def _cell_on(statement: Statement) -> Action:
    ocp = statement.options.get("ocp")
    potential = getter(ocp) if ocp is not None else None

    def act(machine: Machine) -> None:
        voltage_v = potential(machine) if potential is not None else None
        machine.potentiostat.switch_on(machine.time_s, voltage_v)
        machine.time_s += SWITCHING_S

    return act


def _cell_off(_: Statement) -> Action:
    def act(machine: Machine) -> None:
        machine.potentiostat.switch_off(machine.time_s)
        machine.time_s += SWITCHING_S

    return act


CELL_STATEMENTS: Final[Mapping[str, Callable[[Statement], Action]]] = {
    "set_pgstat_chan": _select_channel,
    "set_pgstat_mode": _set_mode,
    "set_range": _set_range,
    "set_autoranging": _set_autoranging,
    "set_range_minmax": _set_range_minmax,
    "set_e": _set_potential,
    "set_i": _set_current,
    "cell_on": _cell_on,
    "cell_off": _cell_off,
}


def single_measurement(statement: Statement) -> tuple[Operation, Operation]:
    """``meas``: take the time of an average, then read."""
    duration, slot, vartype = value_at(statement, 0), slot_at(statement, 1), word_at(statement, 2)

    def begin(machine: Machine) -> None:
        if vartype not in MEASURABLE:
            raise RunError(BAD_TYPE)
        if (duration_s := duration(machine)) <= 0:
            raise RunError(MUST_BE_POSITIVE)
        machine.time_s += duration_s

    def end(machine: Machine) -> None:
        sample = machine.potentiostat.read(machine.time_s)
        if vartype == "ab":
            machine.store(slot(machine), sample.voltage_v, "ab", sample.voltage_metadata)
        else:
            machine.store(slot(machine), sample.current_a, "ba", sample.current_metadata)

    return begin, end


def _slots(locators: list[Locator], machine: Machine) -> tuple[int, ...]:
    return tuple(locate(machine) for locate in locators)


def _split(statement: Statement, outputs: int) -> tuple[list[Locator], list[Getter]]:
    count = len(statement.arguments)
    return (
        [slot_at(statement, position) for position in range(outputs)],
        [value_at(statement, position) for position in range(outputs, count)],
    )


def _open_ocp(statement: Statement) -> Opener:
    outputs, (interval, duration) = _split(statement, 1)

    def begin(machine: Machine) -> MeasurementLoop:
        machine.potentiostat.require_open()
        slots = _slots(outputs, machine)
        return TimedLoop("000B", slots, machine.time_s, interval(machine), duration(machine))

    return begin


def _open_ca(statement: Statement) -> Opener:
    outputs, (value, interval, duration) = _split(statement, 2)

    def begin(machine: Machine) -> MeasurementLoop:
        machine.potentiostat.require_potentiostat()
        applied = machine.potentiostat.apply_voltage(machine.time_s, value(machine))
        slots = _slots(outputs, machine)
        times_s = interval(machine), duration(machine)
        return TimedLoop("0007", slots, machine.time_s, *times_s, applied)

    return begin


def _open_cp(statement: Statement) -> Opener:
    outputs, (value, interval, duration) = _split(statement, 2)

    def begin(machine: Machine) -> MeasurementLoop:
        machine.potentiostat.require_galvanostat()
        applied = machine.potentiostat.apply_current(machine.time_s, value(machine))
        slots = _slots(outputs, machine)
        times_s = interval(machine), duration(machine)
        return TimedLoop("000A", slots, machine.time_s, *times_s, applied)

    return begin


def _open_sweep(statement: Statement) -> Opener:
    identifier = {"meas_loop_lsv": "0000", "meas_loop_lsp": "000F"}.get(statement.name, "0005")
    outputs, values = _split(statement, 2)
    scans = statement.options.get("nscans")
    count = getter(scans) if scans is not None else None

    def begin(machine: Machine) -> MeasurementLoop:
        if identifier == "000F":
            machine.potentiostat.require_galvanostat()
        else:
            machine.potentiostat.require_potentiostat()
        *corners, step, rate = (value(machine) for value in values)
        legs = tuple(corners) if identifier != "0005" else (*corners, corners[0])
        return SweepLoop(
            identifier,
            _slots(outputs, machine),
            machine.time_s,
            legs,
            step=step,
            rate=rate,
            lsb=sweep_lsb(machine.potentiostat, identifier),
            scans=whole(count(machine)) if count is not None else 1,
        )

    return begin


def _open_impedance(statement: Statement) -> Opener:
    galvanostatic = statement.name == "meas_loop_geis"
    outputs, values = _split(statement, 3)

    def begin(machine: Machine) -> MeasurementLoop:
        amplitude, start_hz, end_hz, points, bias = (value(machine) for value in values)
        potentiostat = machine.potentiostat
        if galvanostatic:
            potentiostat.require_galvanostat()
            potentiostat.apply_current(machine.time_s, bias)
        else:
            potentiostat.require_potentiostat()
            potentiostat.apply_voltage(machine.time_s, bias)
        potentiostat.require_impedance(amplitude, start_hz, end_hz)
        if points > POINTS_MAX:
            raise RunError(OUT_OF_BOUNDS)
        identifier = "000E" if galvanostatic else "000D"
        grid = (start_hz, end_hz, whole(points))
        return ImpedanceLoop(identifier, _slots(outputs, machine), machine.time_s, amplitude, grid)

    return begin


MEASUREMENT_LOOPS: Final[Mapping[str, Callable[[Statement], Opener]]] = {
    "meas_loop_ocp": _open_ocp,
    "meas_loop_ca": _open_ca,
    "meas_loop_cp": _open_cp,
    "meas_loop_lsv": _open_sweep,
    "meas_loop_lsp": _open_sweep,
    "meas_loop_cv": _open_sweep,
    "meas_loop_eis": _open_impedance,
    "meas_loop_geis": _open_impedance,
}
