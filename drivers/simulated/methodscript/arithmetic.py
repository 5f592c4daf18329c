"""What the arithmetic, bitwise and comparing statements compute.

Unverified, so kept in one place:

* mixed arithmetic: an integer and a float in one operation are error 4207, compared 4041.
"""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Final

from .operands import Action, Value, slot_at, value_at, word_at
from .program import Machine
from .ranging import RunError
from .syntax import Statement

WRONG_NUMBER, CANNOT_COMPARE = 0x4207, 0x4041
NOT_A_NUMBER, DIVIDED_BY_ZERO, OVERFLOW = 0x0010, 0x0028, 0x4037
INTEGER_LIMIT = 1 << 31


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


ARITHMETIC_STATEMENTS: Final[Mapping[str, Callable[[Statement], Action]]] = {
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
    **dict.fromkeys(_BITWISE, _bitwise),
    "bit_inv_var": _invert,
    "int_to_float": _convert,
    "float_to_int": _convert,
}
