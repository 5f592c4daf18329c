"""What the error codes of a MethodSCRIPT instrument mean, in a few words each.

Source: code numbers from the PalmSens communication registry; wording ours.
"""

from collections.abc import Mapping
from types import MappingProxyType

_MEANINGS: Mapping[int, str] = MappingProxyType({
    0x0001: "unspecified error",
    0x0002: "variable type not valid here",
    0x0003: "unknown command",
    0x0004: "unknown register",
    0x0005: "register is read-only",
    0x0006: "not possible while a script runs, or needs a running script",
    0x0007: "argument has a value that is not allowed",
    0x0008: "line too long",
    0x0009: "command timed out",
    0x000B: "no memory left for this variable",
    0x000C: "no script loaded",
    0x000E: "overflow while averaging",
    0x000F: "potential not possible",
    0x0010: "a value became NaN or infinite",
    0x0011: "frequency not possible",
    0x0012: "amplitude not possible",
    0x0014: "open-circuit measurement asked for with the cell on",
    0x001B: "not supported by this instrument",
    0x001C: "potential step is smaller than the instrument's resolution",
    0x001F: "technique not licensed on this instrument",
    0x0021: "potentiostat mode not supported",
    0x0023: "not possible in this potentiostat mode",
    0x0024: "too many variables to measure",
    0x0028: "division by zero",
    0x0032: "critical overload: the instrument stopped to protect itself and the cell",
    0x003E: "an internal operation timed out",
    0x0052: "receive buffer overrun: lines were sent too fast",
    0x0058: "too slow for this fast measurement",
    0x005A: "requested timing cannot be met",
    0x0080: "counter electrode is oscillating",
    0x4000: "script error (old firmware)",
    0x4001: "unknown script command",
    0x4002: "script error (old firmware)",
    0x4003: "script error (old firmware)",
    0x4004: "unexpected character",
    0x4005: "script too large",
    0x4006: "script error (old firmware)",
    0x4007: "script error (old firmware)",
    0x4008: "optional argument not valid",
    0x400B: "measurement loop inside a measurement loop",
    0x400C: "command not possible here",
    0x400D: "blocks nested too deep",
    0x400E: "block opened or closed in the wrong place",
    0x400F: "array index out of bounds",
    0x4018: "script ended unexpectedly",
    0x401A: "not allowed inside a measurement loop",
    0x401B: "package commands in the wrong order",
    0x401C: "too many variables in a package",
    0x4020: "script command timed out",
    0x4026: "variable declared twice",
    0x4027: "needs the cell on",
    0x4028: "needs the cell off",
    0x4029: "at least one step is needed",
    0x402B: "variable name has characters that are not allowed",
    0x4032: "potential cannot be changed inside this loop",
    0x4033: "current cannot be changed inside this loop",
    0x4200: "argument must not be negative",
    0x4201: "argument must not be positive",
    0x4202: "argument must not be zero",
    0x4203: "argument must be negative",
    0x4204: "argument must be positive",
    0x4205: "argument out of bounds",
    0x4206: "argument value not possible on this instrument",
    0x4207: "argument is an integer where a float is wanted, or the reverse",
    0x4209: "variable type not valid for this command",
    0x420A: "one argument too many",
    0x420B: "variable not declared",
    0x7FFF: "fatal error: the instrument must be reset",
})  # fmt: skip


def describe_error(code: int) -> str:
    """Name an error code: four hexadecimal digits and what they mean.

    >>> describe_error(0x4001)
    '4001 (unknown script command)'
    >>> describe_error(0x0BAD)
    '0BAD (a code this driver does not know)'
    """
    return f"{code:04X} ({_MEANINGS.get(code, 'a code this driver does not know')})"
