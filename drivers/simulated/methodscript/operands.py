"""Access of compiled statements to the running machine's memory."""

from collections.abc import Callable
from typing import TypeAlias

from .program import Machine
from .ranging import RunError
from .syntax import Number, Operand, Statement, Variable

INDEX_OUT_OF_BOUNDS = 0x400F

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
