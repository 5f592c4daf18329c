"""What each plain statement does to the running machine. Loops and branches are compiled apart.

Unverified, so kept behind names or in one place:

* mixed arithmetic: an integer and a float in one operation are error 4207, compared 4041.
* cell_on ocp(v): closes the cell at potential v.
* f-string: values are printed with up to six significant digits.
"""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from .methodscript_program import Machine
from .methodscript_ranging import RunError
from .methodscript_syntax import Number, Operand, Statement, Text, Variable

INDEX_OUT_OF_BOUNDS, WRONG_NUMBER, CANNOT_COMPARE = 0x400F, 0x4207, 0x4041
NOT_A_NUMBER, DIVIDED_BY_ZERO, OVERFLOW = 0x0010, 0x0028, 0x4037
MUST_NOT_BE_NEGATIVE, MUST_BE_POSITIVE = 0x4200, 0x4204
UNKNOWN_OUTPUT = 0x403C
INTEGER_LIMIT = 1 << 31

Value: TypeAlias = int | float
Getter: TypeAlias = Callable[[Machine], Value]
Locator: TypeAlias = Callable[[Machine], int]
Action: TypeAlias = Callable[[Machine], None]


def getter(operand: Operand) -> Getter:
    """A function that reads the operand from a running machine."""
    if isinstance(operand, Number):
        value = operand.value
        return lambda _: value
    if operand.index is None:
        slot = operand.slot
        return lambda machine: machine.values[slot]
    locate = locator(operand)
    return lambda machine: machine.values[locate(machine)]


def locator(variable: Variable) -> Locator:
    """A function that finds where the variable lies; an index may itself be a variable."""
    base, size = variable.slot, variable.size
    if variable.index is None or size is None:
        return lambda _: base
    index = getter(variable.index)

    def locate(machine: Machine) -> int:
        at = int(index(machine))
        if not 0 <= at < size:
            raise RunError(INDEX_OUT_OF_BOUNDS)
        return base + at

    return locate


def operand_at(statement: Statement, position: int) -> Operand:
    """An argument that the reader has already found to be a literal or a variable."""
    argument = statement.arguments[position]
    if isinstance(argument, Number | Variable):
        return argument
    raise TypeError(f"argument {position + 1} of {statement.name} is no value")


def value_at(statement: Statement, position: int) -> Getter:
    """Reader of an argument's value."""
    return getter(operand_at(statement, position))


def slot_at(statement: Statement, position: int) -> Locator:
    """Finder of the variable that an argument names."""
    operand = operand_at(statement, position)
    if isinstance(operand, Variable):
        return locator(operand)
    raise TypeError(f"argument {position + 1} of {statement.name} is no variable")


def word_at(statement: Statement, position: int) -> str:
    """An argument that is a word: a variable type or an operator."""
    argument = statement.arguments[position]
    if isinstance(argument, str):
        return argument
    raise TypeError(f"argument {position + 1} of {statement.name} is no word")


def _divide(left: Value, right: Value) -> Value:
    if right == 0:
        raise RunError(DIVIDED_BY_ZERO)
    return int(left / right) if isinstance(left, int) else left / right


def _modulo(left: Value, right: Value) -> Value:
    if right == 0:
        raise RunError(DIVIDED_BY_ZERO)
    return left - right * int(left / right)


def _power(left: Value, right: Value) -> Value:
    try:
        result = left**right
    except (OverflowError, ZeroDivisionError):
        raise RunError(NOT_A_NUMBER) from None
    return math.nan if isinstance(result, complex) else result


_ARITHMETIC: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    "add_var": operator.add,
    "sub_var": operator.sub,
    "mul_var": operator.mul,
    "div_var": _divide,
    "mod_var": _modulo,
    "pow_var": _power,
}
_BITWISE: Final[Mapping[str, Callable[[int, int], int]]] = {
    "bit_and_var": operator.and_,
    "bit_or_var": operator.or_,
    "bit_xor_var": operator.xor,
    "bit_lsl_var": lambda left, right: left << min(right, 32) if right >= 0 else 0,
    "bit_lsr_var": lambda left, right: (left & 0xFFFFFFFF) >> right if right >= 0 else 0,
}
_COMPARISONS: Final[Mapping[str, Callable[[Value, Value], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "&": lambda left, right: bool(int(left) & int(right)),
    "|": lambda left, right: bool(int(left) | int(right)),
}


def _arithmetic(statement: Statement) -> Action:
    slot, value = slot_at(statement, 0), value_at(statement, 1)
    combine = _ARITHMETIC[statement.name]

    def act(machine: Machine) -> None:
        at, right = slot(machine), value(machine)
        left = machine.values[at]
        if isinstance(left, int) is not isinstance(right, int):
            raise RunError(WRONG_NUMBER)
        result = combine(left, right)
        if not math.isfinite(result):
            raise RunError(NOT_A_NUMBER)
        if isinstance(result, int) and abs(result) >= INTEGER_LIMIT:
            raise RunError(OVERFLOW)
        machine.values[at] = result

    return act


def _bitwise(statement: Statement) -> Action:
    slot, value = slot_at(statement, 0), value_at(statement, 1)
    combine = _BITWISE[statement.name]

    def act(machine: Machine) -> None:
        at, right = slot(machine), value(machine)
        left = machine.values[at]
        if not isinstance(left, int) or not isinstance(right, int):
            raise RunError(WRONG_NUMBER)
        machine.values[at] = combine(left, right) & 0xFFFFFFFF

    return act


def _invert(statement: Statement) -> Action:
    slot = slot_at(statement, 0)

    def act(machine: Machine) -> None:
        at = slot(machine)
        value = machine.values[at]
        if not isinstance(value, int):
            raise RunError(WRONG_NUMBER)
        machine.values[at] = ~value & 0xFFFFFFFF

    return act


def _convert(statement: Statement) -> Action:
    slot = slot_at(statement, 0)
    convert: Callable[[Value], Value] = int if statement.name == "float_to_int" else float

    def act(machine: Machine) -> None:
        at = slot(machine)
        if not math.isfinite(machine.values[at]):
            raise RunError(NOT_A_NUMBER)
        machine.values[at] = convert(machine.values[at])

    return act


def comparison(statement: Statement) -> Callable[[Machine], bool]:
    """The condition of an ``if``, ``elseif`` or ``loop``."""
    left, right = value_at(statement, 0), value_at(statement, 2)
    compare = _COMPARISONS[word_at(statement, 1)]

    def holds(machine: Machine) -> bool:
        first, second = left(machine), right(machine)
        if isinstance(first, int) is not isinstance(second, int):
            raise RunError(CANNOT_COMPARE)
        return compare(first, second)

    return holds


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
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
    **dict.fromkeys(_BITWISE, _bitwise),
    "bit_inv_var": _invert,
    "int_to_float": _convert,
    "float_to_int": _convert,
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
