"""A byte-faithful twin of the PalmSens MethodSCRIPT instruments, in front of a simulated cell.

It reads the bytes of the serial line with a tokenizer and interpreter of its own, and prints what
the instrument prints. What follows vendor documents or recordings of real instruments is built in;
what could not be confirmed stands behind a named constant or in one place of the code:

===================================  ===========================================================
Unverified                           Assumed here
===================================  ===========================================================
first point of CA, CP, OCP           one interval after the loop begins; duration / interval points
order of ``Z`` and ``*``             ``Z`` first, at once, then the ends of the open loops
``on_finished:`` after ``Z``         runs; a second ``Z`` inside it ends the script
``Y``, ``R`` and halting             see ``program`` and ``loops``
other commands while a script runs   ``<letter>!0006``; an empty line gets no answer
echo of ``e``                        once the script is loaded; old firmware sends no line end
line and column of an error          counted from 1, from the line after ``e``
``set_pgstat_mode``                  another mode opens the cell; ranges are forgotten per script
converter steps, headroom, memory    see ``models``
statuses, noise metadata             see ``ranging``
potential and current of CA and CP   set values, measured once a range of theirs was set
registers                            see ``commands``
longest line                         ``LINE_MAX`` characters
receive buffer                       see ``uart``
statements and their strictness      see ``syntax``, ``arithmetic``, ``compiler``
===================================  ===========================================================

Statements this twin does not know (files, multiplexers, displays, pulse techniques) are absent from
its ``CM`` answer and are refused with 4001; so are, with 4008, time-domain data of an impedance
sweep, and, with 420C, arrays whose size is known only while the script runs.
"""

import math
from dataclasses import replace

from ...clock import Clock
from .commands import CommandError, IdleCommands
from .compiler import Compiler
from .models import model_named
from .potentiostat import Analog, Potentiostat
from .program import Machine, Program
from .syntax import ScriptError
from .uart import ReceiveBuffer

LINE_MAX = 255
POLL_CHARACTERS_MAX = 1 << 16
WRONG_MODE, TOO_LONG, NO_SCRIPT = 0x0006, 0x0008, 0x000C
_OLD_FIRMWARE = "12#Jun 23 2020 11:02:21"
_OLD_SCRIPT_VERSION = "01.01.00"


class MethodScriptTwin:
    """One instrument: ``receive`` what the host sends, ``poll`` what a script prints meanwhile.

    ``model`` is nexus, es4_hr, es4_lr or espico. ``old_firmware`` echoes ``e``
    without a line end; ``small_rx_buffer`` loses bytes of a script that is sent in one burst.
    """

    def __init__(
        self,
        front_end: Analog,
        clock: Clock,
        model: str = "nexus",
        *,
        old_firmware: bool = False,
        small_rx_buffer: bool = False,
    ) -> None:
        known = model_named(model)
        if old_firmware:
            known = replace(
                known,
                firmware=_OLD_FIRMWARE,
                script_version=_OLD_SCRIPT_VERSION,
                prints_noise=False,
            )
        self._model = known
        self._clock = clock
        self._echo_end = "" if old_firmware else "\n"
        self._buffer = ReceiveBuffer() if small_rx_buffer else None
        self._potentiostat = Potentiostat(front_end, known)
        self._idle = IdleCommands(known)
        self._line = bytearray()
        self._said: list[str] = []
        self._compiler: Compiler | None = None
        self._loading_for = ""
        self._loaded: Program | None = None
        self._machine: Machine | None = None
        self._nobody_listens = False

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the host, split anywhere; return all that is said by now."""
        now_s = self._clock.now_s()
        self._advance(now_s, math.inf)
        if self._buffer is not None:
            data = self._buffer.take(data, now_s)
        *lines, rest = (bytes(self._line) + data).split(b"\n")
        self._line = bytearray(rest)
        for line in lines:
            self._take_line(line.decode("latin-1"), now_s)
            self._advance(now_s, math.inf)
        return self._take_said()

    def poll(self) -> bytes:
        """All that a running script has printed by now, up to about 64 kB a call."""
        self._advance(self._clock.now_s(), POLL_CHARACTERS_MAX)
        return self._take_said()

    def due_s(self) -> float | None:
        """When the running script does something next; ``None`` while idle or halted."""
        if self._said:
            return self._clock.now_s()
        return None if self._machine is None else self._machine.due_s()

    def hang_up(self) -> None:
        """Run on without a host; what is printed until one polls or speaks again is lost."""
        self._nobody_listens = True

    def _advance(self, now_s: float, room: float) -> None:
        machine = self._machine
        if machine is not None:
            machine.run(now_s, math.inf if self._nobody_listens else room)
            self._said += machine.out
            machine.out.clear()
            if machine.done:
                self._machine = None
        if self._nobody_listens:
            self._said.clear()
            self._nobody_listens = False

    def _take_said(self) -> bytes:
        said = "".join(self._said).encode("latin-1")
        self._said.clear()
        return said

    def _take_line(self, line: str, now_s: float) -> None:
        if self._compiler is not None:
            self._load(self._compiler, line, now_s)
        elif self._machine is not None:
            self._command_while_running(self._machine, line, now_s)
        else:
            self._command(line, now_s)

    def _say_error(self, letter: str, code: int, where: str = "") -> None:
        self._said.append(f"{letter}!{code:04X}{where}\n")

    def _command(self, line: str, now_s: float) -> None:
        if len(line) > LINE_MAX:
            self._say_error(line[0], TOO_LONG)
        elif line in ("e", "l"):
            self._compiler = Compiler(self._model.script_bytes_max)
            self._loading_for = line
        elif line == "r":
            self._run("r", now_s)
        elif line in ("h", "H", "Z", "Y", "R"):
            self._say_error(line, WRONG_MODE)
        else:
            try:
                self._said.append(self._idle.answer(line))
            except CommandError as error:
                self._say_error(line[0], error.code)

    def _command_while_running(self, machine: Machine, line: str, now_s: float) -> None:
        if not line:
            return
        if line not in ("h", "H", "Z", "Y", "R"):
            self._say_error(line[0], WRONG_MODE)
            return
        self._said.append(f"{line}\n")
        if line == "h":
            machine.halt(now_s)
        elif line == "H":
            machine.resume(now_s)
        elif line == "Z":
            machine.abort(now_s)
        elif line == "Y":
            machine.abort_measurement(now_s)
        else:
            machine.reverse()

    def _load(self, compiler: Compiler, line: str, now_s: float) -> None:
        if len(line) > LINE_MAX:
            self._compiler = None
            self._say_error(self._loading_for, TOO_LONG)
            return
        try:
            if line:
                compiler.add(line)
                return
            self._loaded = compiler.finish()
        except ScriptError as error:
            self._compiler = None
            where = f": Line {error.line}, Col {error.column}"
            self._say_error(self._loading_for, error.code, where)
            return
        self._compiler = None
        if self._loading_for == "e":
            self._run("e", now_s)
        else:
            self._said.append("l\n")

    def _run(self, letter: str, now_s: float) -> None:
        if self._loaded is None:
            self._say_error(letter, NO_SCRIPT)
            return
        self._said.append(letter + self._echo_end)
        self._potentiostat.ranging.forget()
        self._machine = Machine(self._loaded, self._potentiostat, now_s)
