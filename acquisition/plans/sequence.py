"""A list of segments carried out in order, parts of it repeated or chosen: cycling, EIS."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from ...drivers.segments import Mark, Segment, SegmentResult, Tags
from .conditions import Condition, History
from .plan import Plan
from .stubs import RunOverError, Steps, carry_out


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same items ``count`` times over, or until a condition on what came of them is met.

    Each pass is tagged with its number under the name ``counter``, the first one with ``first``.
    ``also`` follows each pass whose count, from 1, can be divided by ``every``.
    """

    count: int
    items: tuple["Item", ...]
    until: Condition | None = None
    counter: str = "cycle"
    first: int = 0
    every: int = 1
    also: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two lists of items, by a condition on what came of the sequence so far."""

    condition: Condition
    then: tuple["Item", ...]
    otherwise: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True)
class Lots:
    """Items one lot after the other, all segments of a lot with its tags."""

    lots: tuple[tuple[Tags, tuple["Item", ...]], ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """Segments that depend on what came of those before; ``begin`` starts them anew."""

    begin: Callable[[], Steps]


Item: TypeAlias = Segment | Repeat | Choice | Lots | Procedure


def tagged(tags: Tags, *items: Item) -> Lots:
    """Return items all of whose segments have these tags.

    >>> from solidcell.drivers.segments import Rest
    >>> [tags for tags, _ in tagged({"measurement": "gitt"}, Rest(duration_s=1.0)).lots]
    [{'measurement': 'gitt'}]
    """
    return Lots(((tags, items),))


def sequence(items: Iterable[Item]) -> Plan:
    """Carry out the items in order; a limit that ends a segment is followed by the next one.

    Each segment is tagged with ``cycle``, the count of the innermost repeat around it, unless it
    has one of its own.
    """
    history = History()
    try:
        yield from _carry_out_all(items, {}, (history,))
    except RunOverError as over:
        return str(over)
    return "completed: every segment has been carried out"


def _carry_out_all(items: Iterable[Item], tags: Tags, seen_by: tuple[History, ...]) -> Steps:
    """``seen_by`` are the histories of the sequence and of each repeat around, outermost first."""
    for item in items:
        if isinstance(item, Repeat):
            yield from _repeat(item, tags, seen_by)
        elif isinstance(item, Choice):
            chosen = item.then if item.condition.is_met(seen_by[0]) else item.otherwise
            yield from _carry_out_all(chosen, tags, seen_by)
        elif isinstance(item, Lots):
            for of_lot, items_of_lot in item.lots:
                yield from _carry_out_all(items_of_lot, {**tags, **of_lot}, seen_by)
        elif isinstance(item, Procedure):
            yield from _follow(item.begin(), tags, seen_by)
        else:
            yield from _one(item, tags, seen_by)


def _repeat(repeat: Repeat, tags: Tags, seen_by: tuple[History, ...]) -> Steps:
    history = History()
    for number in range(repeat.count):
        inner, inside = {**tags, repeat.counter: repeat.first + number}, (*seen_by, history)
        yield from _carry_out_all(repeat.items, inner, inside)
        if repeat.also and (number + 1) % repeat.every == 0:
            yield from _carry_out_all(repeat.also, inner, inside)
        if repeat.until is not None and repeat.until.is_met(history):
            return


def _follow(procedure: Steps, tags: Tags, seen_by: tuple[History, ...]) -> Steps:
    """Pass on what a procedure asks for, with the tags around it, and what came of it."""
    try:
        segment = next(procedure)
        while True:
            segment = procedure.send((yield from _one(segment, tags, seen_by)))
    except StopIteration:
        return


def _one(
    segment: Segment, tags: Tags, seen_by: tuple[History, ...]
) -> Generator[Segment, SegmentResult, SegmentResult]:
    if isinstance(segment, Mark):
        segment = replace(segment, data={**tags, **segment.data})
    else:
        segment = replace(segment, tags={**tags, **segment.tags})
    result = yield from carry_out(segment)
    for history in seen_by:
        history.take(segment, result)
    return result
