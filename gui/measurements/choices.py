"""What the page offers: every measurement and every calculator by section. No widget here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ...analysis.designs import DESIGNS, design
from ...analysis.measurements import MEASUREMENTS, measurement
from ...analysis.sheets.measurement import Measurement

_SECTIONS: Final = {
    "transport": "Transport",
    "stability": "Stability",
    "lithium": "Lithium",
    "cycling": "Cells",
    "materials": "Materials",
    "design": "Design",
}
_OTHERS: Final = "Others"


@dataclass(frozen=True, slots=True)
class Choice:
    """One measurement as the list shows it; ``load`` imports it."""

    name: str
    title: str
    section: str
    load: Callable[[str], Measurement]

    def measurement(self) -> Measurement:
        """Return it; the first time this takes a moment."""
        return self.load(self.name)


def choices() -> tuple[Choice, ...]:
    """Return all, in the order of the sections.

    >>> "Design" in {choice.section for choice in choices()}
    True
    """
    found = [
        Choice(name, title, _section(module), load)
        for table, load in ((MEASUREMENTS, measurement), (DESIGNS, design))
        for name, (module, title) in table.items()
    ]
    order = [*_SECTIONS.values(), _OTHERS]
    return tuple(sorted(found, key=lambda choice: order.index(choice.section)))


def _section(module: str) -> str:
    return _SECTIONS.get(module.lstrip(".").partition(".")[0], _OTHERS)
