"""The commands that an idle MethodSCRIPT instrument answers in one line, identity first.

Unverified, so kept behind names or in one place:

* ``REGISTERS``: which registers there are, and how their values are written.
* codes of malformed G and S: 004B and 004C.
"""

import re
from collections.abc import Iterable
from typing import Final

from .grammar import SIGNATURES
from .models import Model

UNKNOWN_COMMAND, UNKNOWN_REGISTER, READ_ONLY = 0x0003, 0x0004, 0x0005
NOT_MULTI_DEVICE, TOO_SHORT, BAD_FORMAT = 0x0048, 0x004B, 0x004C

SERIAL_REGISTER = "05"
REGISTERS: Final = {"01": "00000000", "08": "00"}

# Numbers of the commands and statements in the instrument's own list of capabilities.
_COMMAND_BITS: Final = {
    "t": 1,
    "CC": 32,
    "CM": 33,
    "S": 34,
    "G": 35,
    "l": 36,
    "r": 37,
    "e": 38,
    "i": 48,
    "v": 49,
    "m": 60,
    "h": 96,
    "H": 97,
    "Z": 98,
    "Y": 99,
    "R": 101,
}
_STATEMENT_BITS: Final = {
    "var": 1,
    "array": 2,
    "store_var": 3,
    "copy_var": 4,
    "add_var": 5,
    "sub_var": 6,
    "mul_var": 7,
    "div_var": 8,
    "set_e": 9,
    "set_int": 10,
    "await_int": 11,
    "wait": 12,
    "loop": 13,
    "endloop": 14,
    "breakloop": 15,
    "if": 16,
    "else": 17,
    "elseif": 18,
    "endif": 19,
    "meas": 21,
    "meas_loop_lsv": 23,
    "meas_loop_cv": 24,
    "meas_loop_ca": 28,
    "meas_loop_ocp": 30,
    "meas_loop_eis": 31,
    "set_autoranging": 32,
    "pck_start": 33,
    "pck_add": 34,
    "pck_end": 35,
    "set_max_bandwidth": 36,
    "cell_on": 38,
    "cell_off": 39,
    "set_pgstat_mode": 40,
    "send_string": 41,
    "set_pgstat_chan": 42,
    "set_script_output": 52,
    "timer_start": 63,
    "timer_get": 64,
    "set_range": 65,
    "set_range_minmax": 66,
    "meas_loop_cp": 67,
    "set_i": 68,
    "meas_loop_lsp": 69,
    "meas_loop_geis": 70,
    "int_to_float": 71,
    "float_to_int": 72,
    "bit_and_var": 73,
    "bit_or_var": 74,
    "bit_xor_var": 75,
    "bit_lsl_var": 76,
    "bit_lsr_var": 77,
    "bit_inv_var": 78,
    "set_acquisition_frac": 80,
    "set_acquisition_frac_autoadjust": 91,
    "alter_vartype": 92,
    "mod_var": 96,
    "pow_var": 112,
}
_GALVANOSTATIC: Final = ("meas_loop_cp", "set_i", "meas_loop_lsp", "meas_loop_geis")


class CommandError(Exception):
    """A command that the instrument refuses."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code:04X}")
        self.code = code


class IdleCommands:
    """Answers about the instrument itself; owns its registers."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._registers = {**REGISTERS, SERIAL_REGISTER: model.serial}

    def answer(self, command: str) -> str:
        """The reply to one command, with its line ends. Raises ``CommandError``."""
        model = self._model
        fixed = {
            "": "",
            "t": f"t{model.firmware_id}{model.firmware}\nR*",
            "i": f"i{model.serial}",
            "v": f"v{model.script_version}",
            "CC": f"C{_field(_COMMAND_BITS.values())}",
            "CM": f"C{_field(self._statement_bits())}",
        }
        if command in fixed:
            return f"{fixed[command]}\n"
        if command == "m":
            raise CommandError(NOT_MULTI_DEVICE)
        if command.startswith("G"):
            return f"G{self._register(command, exactly=True)[1]}\n"
        if command.startswith("S"):
            return self._write_register(command)
        raise CommandError(UNKNOWN_COMMAND)

    def _statement_bits(self) -> list[int]:
        galvanostat = self._model.is_galvanostat
        return [
            bit
            for name, bit in _STATEMENT_BITS.items()
            if name in SIGNATURES and (galvanostat or name not in _GALVANOSTATIC)
        ]

    def _register(self, command: str, *, exactly: bool) -> tuple[str, str]:
        if len(command) < 3:
            raise CommandError(TOO_SHORT)
        number = command[1:3].upper()
        if not re.fullmatch("[0-9A-F]{2}", number) or (exactly and len(command) > 3):
            raise CommandError(BAD_FORMAT)
        if number not in self._registers:
            raise CommandError(UNKNOWN_REGISTER)
        return number, self._registers[number]

    def _write_register(self, command: str) -> str:
        number, value = self._register(command, exactly=False)
        if number == SERIAL_REGISTER:
            raise CommandError(READ_ONLY)
        written = command[3:].upper()
        if not re.fullmatch(f"[0-9A-F]{{{len(value)}}}", written):
            raise CommandError(BAD_FORMAT)
        self._registers[number] = written
        return "S\n"


def _field(bits: Iterable[int]) -> str:
    return f"{sum(1 << bit for bit in bits):064X}"
