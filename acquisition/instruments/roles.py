"""The roles that a device can have on a channel."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a device is on its channel. The value is the name of its table in a bench file."""

    POTENTIOSTAT = "potentiostat"
    GALVANOSTAT = "galvanostat"
    IMPEDANCE_ANALYSER = "impedance_analyser"
    OVEN = "oven"
    PRESSURE_GAUGE = "pressure_gauge"
    AUXILIARY = "auxiliary"


SOURCES: Final = (Role.POTENTIOSTAT, Role.GALVANOSTAT)
"""What drives a cell through a plan; a channel has one of them at most."""

ON_THE_CELL: Final = (*SOURCES, Role.IMPEDANCE_ANALYSER)
"""What is connected to the cell and carries out segments, the source of current first."""

GAUGES: Final = (Role.PRESSURE_GAUGE, Role.AUXILIARY)
"""What is only read."""


def with_article(role: Role) -> str:
    """Name a role in a sentence.

    >>> with_article(Role.OVEN)
    'an oven'
    """
    return f"{'an' if role.value[0] in 'aeiou' else 'a'} {role.value}"


DESCRIPTIONS: Final = {
    Role.POTENTIOSTAT: "an instrument that does everything, impedance included",
    Role.GALVANOSTAT: "a source of current and voltage that measures no impedance",
    Role.IMPEDANCE_ANALYSER: "measures impedance and nothing else",
    Role.OVEN: "regulates the temperature of one or several channels",
    Role.PRESSURE_GAUGE: "reads the stack pressure",
    Role.AUXILIARY: "any other line that is read beside the cell",
}
