"""The table of all checks as a page, and a number as the page and the terminal print it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .check import Check
from .everything import GROUPS

_OPENING = """# Validation: published numbers beside ours

Written by `solidcell validate --page docs/reference/validation.md`; `solidcell validate
--only WORDS` prints a part, `--json` all of it as data. Every number of ours is computed by the
functions that a user calls, at the time of printing, from the inputs that the source prints.

* **reproduced**: equal to the last printed digit, or the statement holds.
* **within rounding**: one unit of the last printed digit and 2 % away at most.
* **within stated deviation**: within a deviation that was set beforehand, for the rounding of
  inputs or for noise.
* **published value is inconsistent**: the printed inputs do not give the printed value, for the
  reason in brackets; ours is what they do give, and the check fails if it is not.
* **recorded**: kept in the library with condition and source; there is nothing to compute it
  from, or nothing published to compare with.
* **FAILED**: ours is wrong. The command then ends with the exit code 1.
"""
_HEADER = ("item", "published", "ours", "deviation", "verdict", "source")


def page(found: Iterable[tuple[str, Check]]) -> str:
    """Return the page: what the verdicts mean, how many there are of each, a table a group."""
    listed = list(found)
    parts = [_OPENING, _verdicts([check for _, check in listed])]
    parts += [
        section(group, [check for name, check in listed if name == group])
        for group in dict.fromkeys(name for name, _ in listed)
    ]
    return "\n".join(parts)


def section(group: str, members: Sequence[Check]) -> str:
    """Return the heading and the table of a group."""
    title = GROUPS[group]
    return f"## {title[0].upper()}{title[1:]}\n\n{_table(members)}"


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
