"""The table of all checks as a page, and a number as the page and the terminal print it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .check import Check
from .everything import GROUPS

_HEADER = ("item", "published", "ours", "deviation", "verdict", "source")


def page(found: Iterable[tuple[str, Check]]) -> str:
    """Return the sections of the page, one a group, with a table of verdicts before them."""
    listed = list(found)
    parts = [_verdicts([check for _, check in listed])]
    for group, title in GROUPS.items():
        members = [check for name, check in listed if name == group]
        if members:
            parts.append(f"### {title[0].upper()}{title[1:]}\n\n{_table(members)}")
    return "\n".join(parts)


def shown(value: float | str | None) -> str:
    """A number to five digits, a text as it is, nothing as nothing.

    >>> shown(83.33333), shown(5.72e-9), shown("refused"), shown(None)
    ('83.333', '5.72e-09', 'refused', '')
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.5g}"


def deviation(check: Check) -> str:
    """The relative deviation in percent.

    >>> from .check import compare
    >>> deviation(compare("E", "a table", "100", 98.5, allowed=0.02))
    '-1.5 %'
    """
    return (
        "" if check.deviation is None else f"{100 * check.deviation:+.2g} %".replace("+0 %", "0 %")
    )


def counts(found: Iterable[Check]) -> dict[str, int]:
    """How many checks have each verdict, without the reasons in brackets."""
    return dict(Counter(check.verdict.partition(" (")[0] for check in found).most_common())


def _verdicts(found: Sequence[Check]) -> str:
    rows = [(verdict, str(count)) for verdict, count in counts(found).items()]
    return "".join(_lines([("verdict", "items"), ("---", "---"), *rows]))


def _table(members: Sequence[Check]) -> str:
    rows = [
        (
            check.item, shown(check.published), shown(check.ours), deviation(check),
            check.verdict, check.source,
        )
        for check in members
    ]  # fmt: skip
    return "".join(_lines([_HEADER, ("---",) * len(_HEADER), *rows]))


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        yield f"| {' | '.join(text.replace('|', chr(92) + '|') for text in row)} |\n"
