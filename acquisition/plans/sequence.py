"""A list of segments carried out in order, parts of it repeated: cycling, EIS."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from ...drivers.segments import Mark, Segment, SegmentResult, Tags
from .plan import Plan
from .stubs import RunOverError, carry_out


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same items, ``count`` times over."""

    count: int
    items: tuple["Item", ...]


@dataclass(frozen=True, slots=True)
class Lots:
    """Items one lot after the other, all segments of a lot with its tags."""

    lots: tuple[tuple[Tags, tuple["Item", ...]], ...]


Item: TypeAlias = Segment | Repeat | Lots


def sequence(items: Iterable[Item]) -> Plan:
    """Carry out the items in order; a limit that ends a segment is followed by the next one.

    Each segment is tagged with ``cycle``, the count of the innermost repeat around it.
    """
    try:
        yield from _carry_out_all(items, {})
    except RunOverError as over:
        return str(over)
    return "completed: every segment has been carried out"


def _carry_out_all(items: Iterable[Item], tags: Tags) -> Generator[Segment, SegmentResult, None]:
    for item in items:
        if isinstance(item, Repeat):
            for cycle in range(item.count):
                yield from _carry_out_all(item.items, {**tags, "cycle": cycle})
        elif isinstance(item, Lots):
            for of_lot, items_of_lot in item.lots:
                yield from _carry_out_all(items_of_lot, {**tags, **of_lot})
        elif isinstance(item, Mark):
            yield from carry_out(replace(item, data={**item.data, **tags}))
        else:
            yield from carry_out(replace(item, tags={**item.tags, **tags}))
