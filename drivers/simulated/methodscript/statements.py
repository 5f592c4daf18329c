"""What the statements for memory, time and output do to the running machine.

Unverified, so kept behind names or in one place:

* cell_on ocp(v): closes the cell at potential v.
* f-string: values are printed with up to six significant digits.
"""

from collections.abc import Callable, Mapping
from typing import Final

from .arithmetic import ARITHMETIC_STATEMENTS
from .operands import Action, getter, locator, operand_at, slot_at, value_at, word_at
from .program import Machine
from .ranging import RunError
from .syntax import Number, Statement, Text, Variable

MUST_NOT_BE_NEGATIVE, MUST_BE_POSITIVE = 0x4200, 0x4204
UNKNOWN_OUTPUT = 0x403C


def _store_var(statement: Statement) -> Action:
    slot, value, vartype = slot_at(statement, 0), value_at(statement, 1), word_at(statement, 2)
    return lambda machine: machine.store(slot(machine), value(machine), vartype)


def _copy_var(statement: Statement) -> Action:
    source, target = operand_at(statement, 0), slot_at(statement, 1)
    if isinstance(source, Number):
        value = source.value
        return lambda machine: machine.store(target(machine), value, "aa")
    origin = locator(source)

    def act(machine: Machine) -> None:
        at = origin(machine)
        machine.store(target(machine), machine.values[at], machine.types[at], machine.metadata[at])

    return act


def _alter_vartype(statement: Statement) -> Action:
    slot, vartype = slot_at(statement, 0), word_at(statement, 1)

    def act(machine: Machine) -> None:
        machine.types[slot(machine)] = vartype

    return act


def _wait(statement: Statement) -> Action:
    seconds = value_at(statement, 0)

    def act(machine: Machine) -> None:
        if (duration_s := seconds(machine)) < 0:
            raise RunError(MUST_NOT_BE_NEGATIVE)
        machine.time_s += duration_s

    return act


def _timer_start(_: Statement) -> Action:
    def act(machine: Machine) -> None:
        machine.timer_s = machine.time_s

    return act


def _timer_get(statement: Statement) -> Action:
    slot = slot_at(statement, 0)
    return lambda machine: machine.store(slot(machine), machine.timer_value_s(), "eb")


def _set_int(statement: Statement) -> Action:
    seconds = value_at(statement, 0)

    def act(machine: Machine) -> None:
        if (interval_s := seconds(machine)) <= 0:
            raise RunError(MUST_BE_POSITIVE)
        machine.tick_s, machine.tick_interval_s = machine.time_s, interval_s

    return act


def _await_int(_: Statement) -> Action:
    def act(machine: Machine) -> None:
        machine.tick_s += machine.tick_interval_s
        machine.time_s = max(machine.time_s, machine.tick_s)

    return act


def _send_string(statement: Statement) -> Action:
    text = statement.arguments[0]
    if not isinstance(text, Text):
        raise TypeError("send_string sends a text")
    pieces = [
        piece if isinstance(piece, str) else getter(piece) for piece in text.pieces if piece != ""
    ]

    def act(machine: Machine) -> None:
        words = [piece if isinstance(piece, str) else f"{piece(machine):g}" for piece in pieces]
        if machine.script_output in (1, 3):
            machine.emit(f"T{''.join(words)}\n")

    return act


def _set_script_output(statement: Statement) -> Action:
    value = value_at(statement, 0)

    def act(machine: Machine) -> None:
        chosen = value(machine)
        if chosen not in (0, 1, 2, 3):
            raise RunError(UNKNOWN_OUTPUT)
        machine.script_output = int(chosen)

    return act


def _pck_add(statement: Statement) -> Action:
    operand = operand_at(statement, 0)
    if isinstance(operand, Variable) and operand.index is None:
        slot = operand.slot
        return lambda machine: machine.add_to_package(slot)
    locate = slot_at(statement, 0)
    return lambda machine: machine.add_to_package(locate(machine))


def _positive(statement: Statement) -> Action:
    value = value_at(statement, 0)

    def act(machine: Machine) -> None:
        if value(machine) <= 0:
            raise RunError(MUST_BE_POSITIVE)

    return act


def _nothing(_: Statement) -> Action:
    return lambda _: None


GENERAL_STATEMENTS: Final[Mapping[str, Callable[[Statement], Action]]] = {
    "var": _nothing,
    "array": _nothing,
    **ARITHMETIC_STATEMENTS,
    "store_var": _store_var,
    "copy_var": _copy_var,
    "alter_vartype": _alter_vartype,
    "wait": _wait,
    "timer_start": _timer_start,
    "timer_get": _timer_get,
    "set_int": _set_int,
    "await_int": _await_int,
    "pck_start": lambda _: Machine.start_package,
    "pck_add": _pck_add,
    "pck_end": lambda _: Machine.end_package,
    "send_string": _send_string,
    "set_script_output": _set_script_output,
    "set_max_bandwidth": _positive,
    "set_acquisition_frac": _positive,
    "set_acquisition_frac_autoadjust": _positive,
}
