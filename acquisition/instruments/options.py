"""Options of a driver: what it declares, and whether what a bench file says of them is allowed."""

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

OptionValue: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a driver. ``says`` is for a reader; ``kind`` is str, int, float or bool.

    ``choices`` are all that is allowed, if there are any; a number lies from ``lowest`` to
    ``highest``. A ``secret`` is never recorded. Without ``default`` it may be left out, and the
    driver sees nothing of it, unless it is ``required``.
    """

    kind: type[str] | type[int] | type[float] | type[bool]
    says: str
    default: OptionValue | None = None
    choices: tuple[OptionValue, ...] = ()
    lowest: float = -math.inf
    highest: float = math.inf
    required: bool = False
    secret: bool = False


Declared: TypeAlias = Mapping[str, Option]

_KINDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def checked_options(declared: Declared, given: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
    """Return the options with the defaults of those that were left out.

    Raises ``ValueError`` that names the option and says what is allowed.

    >>> checked_options({"wires": Option(kind=int, says="", default=4, choices=(2, 4))}, {})
    {'wires': 4}
    """
    for name in given:
        if name not in declared:
            raise ValueError(f"{name!r} is not an option of it: {_nearest(name, declared)}")
    values: dict[str, OptionValue] = {}
    for name, option in declared.items():
        if name in given:
            values[name] = _checked(name, option, given[name])
        elif option.default is not None:
            values[name] = option.default
        elif option.required:
            raise ValueError(f"the option {name!r} is missing: {option.says}")
    return values


def _checked(name: str, option: Option, value: OptionValue) -> OptionValue:
    if option.kind is float and type(value) is int:
        value = float(value)
    if type(value) is not option.kind:
        raise ValueError(f"{name} = {value!r} is not allowed: must be {_KINDS[option.kind]}")
    if option.choices and value not in option.choices:
        allowed = ", ".join(repr(choice) for choice in option.choices)
        raise ValueError(f"{name} = {value!r} is not allowed: must be one of {allowed}")
    if isinstance(value, int | float) and not option.lowest <= value <= option.highest:
        raise ValueError(
            f"{name} = {value:g} is not allowed: must be from {option.lowest:g} to "
            f"{option.highest:g}"
        )
    return value


def _nearest(name: str, declared: Declared) -> str:
    close = difflib.get_close_matches(name, list(declared), n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known are {', '.join(declared)}" if declared else "it has none"
