"""Runs a compiled script as a machine that can stop anywhere and go on later.

The machine keeps its own time: a statement that takes time moves ``time_s`` ahead, and the machine
then rests until the twin's clock has caught up. Nothing waits, and no script is parsed twice.

Unverified, so kept behind names or in one place:

* ``PACKAGE_VARIABLES_MAX``: most variables in a package.
* ``SCRIPT_OUTPUT``: outputs 0 and 2 silence packages and texts but not loop marks.
* Y outside of a measurement loop: is answered and does nothing.
* ``ABORT_S``: time until an abort takes effect.
* halt: the script's own timer runs on while it is halted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from .numbers import encode
from .potentiostat import Potentiostat
from .ranging import RunError

PACKAGE_ORDER, PACKAGE_FULL = 0x401B, 0x401C
PACKAGE_VARIABLES_MAX = 32
TO_LINK = (1, 3)
ABORT_S = 1e-3
TIMER_TICKS_PER_S = 1_000_000


class Scope(Protocol):
    """A loop that is open: what its end prints, and where the script goes on behind it."""

    close_pc: int
    is_measurement: bool

    def end_mark(self) -> str:
        """The lines that close it."""
        ...

    def delay(self, by_s: float) -> None:
        """Put off whatever it has planned."""
        ...

    def reverse(self) -> None:
        """Turn a sweep round, if it is one."""
        ...


class Measurement(Scope, Protocol):
    """A measurement loop that is open; ``next_s`` is when its next point is due."""

    next_s: float

    def prepare(self, machine: "Machine") -> bool:
        """Apply what the next point needs and plan it; ``False`` if there is none."""
        ...

    def acquire(self, machine: "Machine") -> None:
        """Measure the point that has come due and store it."""
        ...


Operation: TypeAlias = Callable[["Machine"], int | None]
"""One compiled statement; returns where to go on, or ``None`` for the next one."""


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled script. ``lines`` gives the source line of each operation."""

    operations: tuple[Operation, ...]
    lines: tuple[int, ...]
    finished_pc: int
    slots: int


class Machine:
    """One run of a program. Output collects in ``out``; ``done`` once the script has ended."""

    def __init__(self, program: Program, potentiostat: Potentiostat, start_s: float) -> None:
        self.potentiostat = potentiostat
        self.values: list[int | float] = [0.0] * program.slots
        self.types = ["aa"] * program.slots
        self.metadata = [""] * program.slots
        self.scopes: list[Scope] = []
        self.measurement: Measurement | None = None
        self.out: list[str] = []
        self.time_s = start_s
        self.timer_s = start_s
        self.tick_s = start_s
        self.tick_interval_s = 0.0
        self.script_output = 1
        self.package: list[str] | None = None
        self.done = False
        self._program = program
        self._pc = 0
        self._halted_s: float | None = None
        self._finishing = False
        self._size = 0

    def run(self, now_s: float, room: float) -> None:
        """Carry out all that is due by ``now_s``, or until ``room`` characters were printed."""
        operations = self._program.operations
        end = len(operations)
        self._size = 0
        try:
            while self.time_s <= now_s and self._size < room and not self.is_halted:
                if self._pc >= end:
                    self._finish()
                    return
                target = operations[self._pc](self)
                self._pc = self._pc + 1 if target is None else target
        except RunError as fault:
            self.emit(f"!{fault.code:04X}: Line {self._program.lines[self._pc]}\n")
            self._finish()

    def due_s(self) -> float | None:
        """When something happens next; ``None`` while halted or done."""
        return None if self.done or self.is_halted else self.time_s

    def emit(self, text: str) -> None:
        """Print, whatever the script's output is set to."""
        self.out.append(text)
        self._size += len(text)

    def _finish(self) -> None:
        self.emit("\n")
        self.time_s = float("inf")
        self.done = True

    @property
    def is_halted(self) -> bool:
        """Between h and H."""
        return self._halted_s is not None

    def halt(self, now_s: float) -> None:
        """Stand still from now on; the cell stays as it is."""
        if self._halted_s is None:
            self._halted_s = now_s

    def resume(self, now_s: float) -> None:
        """Go on where it stood; all that was planned comes later by as much."""
        if self._halted_s is None:
            return
        delay_s = now_s - self._halted_s
        self._halted_s = None
        self.time_s += delay_s
        for scope in self.scopes:
            scope.delay(delay_s)

    def abort(self, now_s: float) -> None:
        """Close what is open and go to ``on_finished``; from there, to the end."""
        while self.scopes:
            self.emit(self.scopes.pop().end_mark())
        end = len(self._program.operations)
        self._go_to(end if self._finishing else self._program.finished_pc, now_s)

    def abort_measurement(self, now_s: float) -> None:
        """Close the running measurement loop; the script goes on behind it."""
        if not any(scope.is_measurement for scope in self.scopes):
            return
        while not self.scopes[-1].is_measurement:
            self.emit(self.scopes.pop().end_mark())
        self._go_to(self.scopes[-1].close_pc, now_s)

    def reverse(self) -> None:
        """Turn the running sweep round."""
        for scope in self.scopes:
            scope.reverse()

    def _go_to(self, pc: int, now_s: float) -> None:
        self._pc = pc
        self._halted_s = None
        self.package = None
        self.time_s = now_s + ABORT_S

    def plan_point(self) -> bool:
        """Move on to the next point of the measurement loop; ``False`` if there is none."""
        loop = self.measurement
        if loop is None or not loop.prepare(self):
            return False
        self.time_s = max(self.time_s, loop.next_s)
        return True

    def acquire(self) -> None:
        """Measure the point that has come due."""
        if self.measurement is not None:
            self.measurement.acquire(self)

    def begin_finish(self) -> None:
        """``on_finished:`` has been reached; an abort from here on ends the script."""
        self._finishing = True

    def close_scope(self) -> None:
        """Leave the innermost loop."""
        self.emit(self.scopes.pop().end_mark())

    def store(self, slot: int, value: int | float, vartype: str, metadata: str = "") -> None:
        """Put a value into memory."""
        self.values[slot] = value
        self.types[slot] = vartype
        self.metadata[slot] = metadata

    def start_package(self) -> None:
        """``pck_start``."""
        if self.package is not None:
            raise RunError(PACKAGE_ORDER)
        self.package = []

    def add_to_package(self, slot: int) -> None:
        """``pck_add``."""
        if self.package is None:
            raise RunError(PACKAGE_ORDER)
        if len(self.package) == PACKAGE_VARIABLES_MAX:
            raise RunError(PACKAGE_FULL)
        self.package.append(self.types[slot] + encode(self.values[slot]) + self.metadata[slot])

    def end_package(self) -> None:
        """``pck_end``."""
        if not self.package:
            raise RunError(PACKAGE_ORDER)
        if self.script_output in TO_LINK:
            self.emit(f"P{';'.join(self.package)}\n")
        self.package = None

    def timer_value_s(self) -> float:
        """Seconds since ``timer_start``, in whole ticks of the instrument's timer."""
        return round((self.time_s - self.timer_s) * TIMER_TICKS_PER_S) / TIMER_TICKS_PER_S
