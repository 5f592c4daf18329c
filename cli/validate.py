"""``solidcell validate``: published numbers beside ours."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .answer import AsJson, print_json, say

if TYPE_CHECKING:
    from ..analysis.validation.check import Check


def validate(
    only: Annotated[
        str,
        typer.Option(help="A group, or words that item, source or verdict must hold, all of them."),
    ] = "",
    page: Annotated[
        Path | None, typer.Option(help="Also write the table of all as a Markdown file.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Compute what the literature states, and print item, published, ours, deviation, verdict.

    The exit code is 1 if anything failed, that is if a number of ours is not what it should be.
    """
    from ..analysis.validation.everything import checks
    from ..analysis.validation.page import page as written

    words = only.split()
    found = list(checks(words))
    if not found:
        raise ValueError(f"no check holds all of the words {', '.join(words)}")
    listed = [check for _, check in found]
    if page is not None:
        page.write_text(written(found), encoding="utf-8", newline="\n")
    if as_json:
        print_json([asdict(check) for check in listed])
    else:
        _print(listed)
    return int(any(check.failed for check in listed))


def _print(listed: "Sequence[Check]") -> None:
    from ..analysis.validation.page import counts, deviation, shown

    width = min(72, max(len(check.item) for check in listed))
    for check in listed:
        print(
            f"{check.item[:width]:<{width}}  {shown(check.published):>14}  "
            f"{shown(check.ours):>12}  {deviation(check):>9}  {check.verdict}"
        )
    say("; ".join(f"{count} {verdict}" for verdict, count in counts(listed).items()))
