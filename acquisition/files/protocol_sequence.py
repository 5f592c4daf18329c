"""The settings of a free sequence: any segments and measurements, repeated, chosen, in series.

The items that hold items stand here, too: they and the list of all items know each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from ..plans.sequence import Choice, Item, Lots, Repeat
from .limit_settings import LimitSettings
from .protocol_basis import PlanBasis
from .protocol_conditions import ConditionSettings
from .protocol_critical_current import CriticalCurrentItem
from .protocol_items_basic import (
    GalvanostaticItem,
    ImpedanceItem,
    PotentiostaticItem,
    RestItem,
    VoltammetryItem,
)
from .protocol_items_cycling import CyclingItem, RateCapabilityItem
from .protocol_items_lithium import PlatingStrippingItem
from .protocol_items_stability import InterfaceAgeingItem, StabilityWindowItem
from .protocol_items_titration import GittItem, SelfDischargeItem
from .protocol_items_transport import BruceVincentItem, DcPolarisationItem, PressureSeriesItem
from .protocol_pressure import PressureItem
from .protocol_settings import AfterInterruption, Cycles
from .protocol_temperature import Celsius, SoakSettings, TemperatureItem
from .schema import Settings, Text

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


AnyItem: TypeAlias = Annotated[
    RestItem
    | GalvanostaticItem
    | PotentiostaticItem
    | VoltammetryItem
    | ImpedanceItem
    | TemperatureItem
    | PressureItem
    | RepeatItem
    | ChoiceItem
    | TemperatureSeriesItem
    | PressureSeriesItem
    | DcPolarisationItem
    | BruceVincentItem
    | StabilityWindowItem
    | InterfaceAgeingItem
    | CriticalCurrentItem
    | PlatingStrippingItem
    | CyclingItem
    | RateCapabilityItem
    | GittItem
    | SelfDischargeItem,
    Field(discriminator="segment"),
]


class SequenceProtocol(Settings):
    """Segments one after the other."""

    protocol: Literal["sequence"]
    """Which protocol this is."""
    name: Text | None = None
    """What the laboratory calls it."""
    notes: Text | None = None
    """Anything else."""
    segments: Annotated[list[AnyItem], Field(min_length=1, max_length=ITEMS_MAX)]
    """What to do, in order."""
    limits: LimitSettings = LimitSettings()
    """Limits of this sequence, where they are tighter than those of the channel."""
    after_interruption: AfterInterruption = "ask"
    """If its processes die: stay paused with the cell open and ask, continue, or abort."""

    @model_validator(mode="after")
    def _one_critical_current(self) -> Self:
        tests = len(self.critical_currents())
        repeated = [item for item in _inner(self.segments) if _is_test(item)]
        if tests > 1 or repeated:
            raise ValueError(
                "a sequence can have one critical_current, and not within a repeat, a choice or a "
                "series: a cell that has given way is not the same cell any more"
            )
        return self

    def critical_currents(self) -> tuple[CriticalCurrentItem, ...]:
        """Return the critical-current test that stands in it, if there is one."""
        return tuple(item for item in self.segments if isinstance(item, CriticalCurrentItem))

    def optional_blocks(self) -> tuple[str, ...]:
        """Return the blocks that may be left out: none."""
        return ()

    def items(self, basis: PlanBasis) -> list[Item]:
        """Return the segments in SI for a cell. Raises ``CellLacksError`` if it lacks something."""
        return [item.item(basis) for item in self.segments]


def _is_test(item: AnyItem) -> bool:
    return isinstance(item, CriticalCurrentItem)


def _inner(items: Iterable[AnyItem]) -> Iterator[AnyItem]:
    """Yield every item that stands within another one, however deep."""
    for item in items:
        held: list[AnyItem] = []
        if isinstance(item, RepeatItem | TemperatureSeriesItem):
            held = item.segments
        elif isinstance(item, ChoiceItem):
            held = [*item.then, *(item.otherwise or ())]
        yield from held
        yield from _inner(held)
