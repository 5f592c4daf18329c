"""Items that hold other items: repeats, choices, and series over temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from ..plans.sequence import Choice, Item, Lots, Repeat
from .protocol_basis import PlanBasis
from .protocol_conditions import ConditionSettings
from .protocol_settings import Cycles
from .protocol_temperature import Celsius, SoakSettings
from .schema import Settings

if TYPE_CHECKING:
    from .protocol_sequence import AnyItem

ITEMS_MAX: Final = 1000


class RepeatItem(Settings):
    """The same segments several times over."""

    segment: Literal["repeat"]
    """Kind of segment."""
    count: Cycles
    """How often; with a condition, how often at most."""
    until: ConditionSettings | None = None
    """Ends the repeat sooner: looked at after each pass, by what came of it since its beginning."""
    segments: Annotated[list[AnyItem], Field(min_length=1, max_length=ITEMS_MAX)]
    """What is repeated."""

    def item(self, basis: PlanBasis) -> Item:
        """Return the repeat with its segments."""
        until = None if self.until is None else self.until.condition()
        return Repeat(self.count, tuple(s.item(basis) for s in self.segments), until)


class ChoiceItem(Settings):
    """One of two lists of segments, by a condition on what came before."""

    segment: Literal["if"]
    """Kind of segment."""
    condition: ConditionSettings
    """What is asked of everything since the sequence began."""
    then: Annotated[list[AnyItem], Field(min_length=1, max_length=ITEMS_MAX)]
    """What is done if it is so."""
    otherwise: Annotated[list[AnyItem], Field(max_length=ITEMS_MAX)] | None = None
    """What is done if it is not so, or nobody knows."""

    def item(self, basis: PlanBasis) -> Item:
        """Return the choice with both its lists."""
        return Choice(
            self.condition.condition(),
            tuple(s.item(basis) for s in self.then),
            tuple(s.item(basis) for s in self.otherwise or ()),
        )


class TemperatureSeriesItem(SoakSettings):
    """The same segments at one temperature after the other, as for an activation energy."""

    segment: Literal["temperature_series"]
    """Kind of segment."""
    temperatures_c: Annotated[list[Celsius], Field(min_length=1, max_length=ITEMS_MAX)]
    """The temperatures, in this order."""
    segments: Annotated[list[AnyItem], Field(min_length=1, max_length=ITEMS_MAX)]
    """What is done at each, once the cell has soaked."""

    def item(self, basis: PlanBasis) -> Item:
        """Return temperatures and segments in turn; each tagged with it."""
        segments = tuple(s.item(basis) for s in self.segments)
        return Lots(
            tuple(
                ({"set_temperature_c": temperature_c}, (self.temperature(temperature_c), *segments))
                for temperature_c in self.temperatures_c
            )
        )
