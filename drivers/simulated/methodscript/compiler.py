"""Turns a script, line by line as it arrives, into a program of small operations.

Unverified, so kept behind names or in one place:

* ``SCOPE_DEPTH_MAX``: deepest nesting of loops and branches.
* ``PLAIN_LOOP_ITERATION_S``: time that one turn of a plain loop takes.
* ``NOT_IN_MEASUREMENT``: statements that a measurement loop refuses.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from .arithmetic import comparison
from .cell_statements import CELL_STATEMENTS, MEASUREMENT_LOOPS, single_measurement
from .operands import word_at
from .program import Machine, Operation, Program
from .statements import GENERAL_STATEMENTS
from .syntax import LineReader, ScriptError, Statement

SCOPE_DEPTH_MAX = 16
PLAIN_LOOP_ITERATION_S = 1e-4
NESTED_MEASUREMENT, TOO_DEEP, WRONG_SCOPE = 0x400B, 0x400D, 0x400E
TOO_LARGE, ENDS_EARLY, NOT_IN_LOOP = 0x4005, 0x4018, 0x401A
POTENTIAL_FIXED, CURRENT_FIXED = 0x4032, 0x4033
NOT_IN_MEASUREMENT = ("meas", "set_pgstat_chan", "set_pgstat_mode")


@dataclass(slots=True)
class _PlainLoop:
    """An open plain ``loop`` of a running script."""

    close_pc: int
    is_measurement: bool = False

    def end_mark(self) -> str:
        return "+\n"

    def delay(self, by_s: float) -> None:
        """Nothing is planned."""

    def reverse(self) -> None:
        """Nothing to turn round."""


@dataclass(slots=True)
class _Jump:
    """A place in the program, known once the scope that ends there has been read."""

    pc: int = -1


def _jump_to(place: _Jump) -> Operation:
    return lambda _: place.pc


@dataclass(slots=True)
class _Scope:
    """A loop or branch whose end has not been read yet."""

    kind: str
    head_pc: int
    end: _Jump = field(default_factory=_Jump)
    otherwise: _Jump = field(default_factory=_Jump)


class Compiler:
    """Reads a script line by line; ``finish`` gives the program."""

    def __init__(self, bytes_max: int) -> None:
        self._reader = LineReader()
        self._operations: list[Operation] = []
        self._lines: list[int] = []
        self._scopes: list[_Scope] = []
        self._finished_pc: int | None = None
        self._line = 0
        self._bytes_left = bytes_max

    def add(self, text: str) -> None:
        """Read the next line. Raises ``ScriptError``."""
        self._line += 1
        self._bytes_left -= len(text) + 1
        if self._bytes_left < 0:
            raise ScriptError(TOO_LARGE, self._line, 1)
        statement = self._reader.read(text)
        if statement is not None:
            self._compile(statement)

    def finish(self) -> Program:
        """End of the script. Raises ``ScriptError`` if a loop or branch is still open."""
        if self._scopes:
            raise ScriptError(ENDS_EARLY, self._line + 1, 1)
        end = len(self._operations)
        finished_pc = end if self._finished_pc is None else self._finished_pc
        return Program(tuple(self._operations), tuple(self._lines), finished_pc, self._reader.slots)

    def _compile(self, statement: Statement) -> None:
        name = statement.name
        structure = self._structure(name)
        if structure is not None:
            structure(statement)
            return
        if any(scope.kind == "measurement" for scope in self._scopes):
            self._refuse_in_measurement(statement)
        if name == "meas":
            for operation in single_measurement(statement):
                self._emit(operation, statement)
            return
        statements = GENERAL_STATEMENTS if name in GENERAL_STATEMENTS else CELL_STATEMENTS
        self._emit(statements[name](statement), statement)

    def _structure(self, name: str) -> Callable[[Statement], None] | None:
        if name in MEASUREMENT_LOOPS:
            return self._measurement_loop
        return {
            "if": self._if,
            "elseif": self._elseif,
            "else": self._else,
            "endif": self._endif,
            "loop": self._loop,
            "endloop": self._endloop,
            "breakloop": self._breakloop,
            "on_finished:": self._on_finished,
        }.get(name)

    def _refuse_in_measurement(self, statement: Statement) -> None:
        sets_range = statement.name.startswith(("set_range", "set_autoranging"))
        vartype = word_at(statement, 0) if sets_range else ""
        if statement.name in NOT_IN_MEASUREMENT:
            raise self._error(NOT_IN_LOOP, statement)
        if statement.name == "set_e" or vartype == "da":
            raise self._error(POTENTIAL_FIXED, statement)
        if statement.name == "set_i" or vartype == "db":
            raise self._error(CURRENT_FIXED, statement)

    def _error(self, code: int, statement: Statement) -> ScriptError:
        return ScriptError(code, statement.line, statement.column)

    def _emit(self, operation: Operation, statement: Statement) -> None:
        self._operations.append(operation)
        self._lines.append(statement.line)

    def _open(self, scope: _Scope, statement: Statement) -> None:
        if len(self._scopes) == SCOPE_DEPTH_MAX:
            raise self._error(TOO_DEEP, statement)
        self._scopes.append(scope)

    def _branch(self, statement: Statement) -> _Scope:
        if not self._scopes or self._scopes[-1].kind not in ("if", "else"):
            raise self._error(WRONG_SCOPE, statement)
        return self._scopes[-1]

    def _jump_unless(self, statement: Statement, otherwise: _Jump) -> None:
        holds = comparison(statement)
        self._emit(lambda machine: None if holds(machine) else otherwise.pc, statement)

    def _if(self, statement: Statement) -> None:
        scope = _Scope("if", len(self._operations))
        self._open(scope, statement)
        self._jump_unless(statement, scope.otherwise)

    def _elseif(self, statement: Statement) -> None:
        scope = self._begin_alternative(statement)
        scope.otherwise = _Jump()
        self._jump_unless(statement, scope.otherwise)

    def _else(self, statement: Statement) -> None:
        scope = self._begin_alternative(statement)
        scope.kind = "else"

    def _begin_alternative(self, statement: Statement) -> _Scope:
        scope = self._branch(statement)
        if scope.kind == "else":
            raise self._error(WRONG_SCOPE, statement)
        self._emit(_jump_to(scope.end), statement)
        scope.otherwise.pc = len(self._operations)
        return scope

    def _endif(self, statement: Statement) -> None:
        scope = self._branch(statement)
        self._scopes.pop()
        scope.end.pc = len(self._operations)
        if scope.kind == "if":
            scope.otherwise.pc = scope.end.pc

    def _loop(self, statement: Statement) -> None:
        scope = _Scope("loop", len(self._operations) + 1)
        self._open(scope, statement)

        def enter(machine: Machine) -> None:
            machine.emit("L\n")
            machine.scopes.append(_PlainLoop(scope.end.pc))

        self._emit(enter, statement)
        self._jump_unless(statement, scope.end)

    def _measurement_loop(self, statement: Statement) -> None:
        if any(scope.kind == "measurement" for scope in self._scopes):
            raise self._error(NESTED_MEASUREMENT, statement)
        scope = _Scope("measurement", len(self._operations) + 1)
        self._open(scope, statement)
        begin = MEASUREMENT_LOOPS[statement.name](statement)

        def enter(machine: Machine) -> int | None:
            loop = begin(machine)
            loop.close_pc = scope.end.pc
            machine.emit(loop.header())
            machine.measurement = loop
            machine.scopes.append(loop)
            return None if machine.plan_point() else scope.end.pc

        self._emit(enter, statement)
        self._emit(Machine.acquire, statement)

    def _endloop(self, statement: Statement) -> None:
        if not self._scopes or self._scopes[-1].kind not in ("loop", "measurement"):
            raise self._error(WRONG_SCOPE, statement)
        scope = self._scopes.pop()
        head_pc = scope.head_pc

        def turn(machine: Machine) -> int:
            machine.time_s += PLAIN_LOOP_ITERATION_S
            return head_pc

        def next_point(machine: Machine) -> int | None:
            return head_pc if machine.plan_point() else None

        self._emit(turn if scope.kind == "loop" else next_point, statement)
        scope.end.pc = len(self._operations)
        self._emit(Machine.close_scope, statement)

    def _breakloop(self, statement: Statement) -> None:
        for depth in range(len(self._scopes) - 1, -1, -1):
            if self._scopes[depth].kind in ("loop", "measurement"):
                self._emit(_jump_to(self._scopes[depth].end), statement)
                return
        raise self._error(WRONG_SCOPE, statement)

    def _on_finished(self, statement: Statement) -> None:
        if self._scopes or self._finished_pc is not None:
            raise self._error(WRONG_SCOPE, statement)
        self._finished_pc = len(self._operations)
        self._emit(Machine.begin_finish, statement)
