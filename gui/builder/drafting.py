"""Looking at a protocol while it is written: with the cell and the channel that are picked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Final

from ...acquisition.files.bench import load_bench
from ...acquisition.files.cells import load_cell
from ...acquisition.files.protocol_document import Document
from ...acquisition.files.protocol_map import MapTest, tests_in
from ...acquisition.files.protocol_map_fields import REPLICATES
from ...acquisition.files.yaml_lines import FileError
from ...acquisition.instruments.channels import ChannelSpec
from ...acquisition.preview.draft import Draft, draft_of
from ..display_units import duration_text, number_text
from ..new_run import COULOMB_PER_MAH, Choice, example_files
from .files import is_map

_LOOKED_AT_MOST: Final = 24
_EXAMPLES: Final = ("cell_lpscl.yaml", "cell_nmc.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What came of looking: the draft, and for which cell and channel it was looked at."""

    draft: Draft
    against: str
    tests: int = 0
    """How many tests a map makes; the draft is that of the first."""
    of_all_s: float | None = None
    """How long all tests of a map take, one after the other."""


def look_at(document: Document, choice: Choice) -> Looked:
    """Check a protocol for the cell and the channel of a choice; files that are wrong count not.

    Without a cell an example stands in, which is said: a full cell where a symmetric one lacks
    what the protocol needs.
    """
    channel, of_channel = _channel(choice)
    if is_map(document):
        return _look_at_map(document, choice)
    cells = [choice.cell] if choice.cell is not None else [_example(name) for name in _EXAMPLES]
    found = [_looked(document, file, choice, channel, of_channel) for file in cells[:1]]
    if found[0].draft.problems and len(cells) > 1:
        found += [_looked(document, file, choice, channel, of_channel) for file in cells[1:]]
    return next((looked for looked in found if not looked.draft.problems), found[0])


def _look_at_map(document: Document, choice: Choice) -> Looked:
    try:
        tests = tests_in(document)
    except FileError as error:
        wrong = Draft(problems=error.problems, preview=None, unsafe=(), warnings=())
        return Looked(draft=wrong, against="")
    looked = look_at(tests[0].document, choice)
    return replace(
        looked,
        against=f"{tests[0].file_name}, {looked.against}",
        tests=len(tests),
        of_all_s=_all_s(document, tests, choice),
    )


def _all_s(document: Document, tests: Sequence[MapTest], choice: Choice) -> float | None:
    """All durations added, replicates alike; of a large map some tests stand for all."""
    different = tests[:: document.data.get("replicates", REPLICATES.default)]
    every = -(-len(different) // _LOOKED_AT_MOST)
    previews = [look_at(test.document, choice).draft.preview for test in different[::every]]
    known = [preview.duration_s for preview in previews if preview is not None]
    return None if len(known) < len(previews) else fmean(known) * len(tests)


def draft_facts(looked: Looked) -> list[tuple[str, str]]:
    """How long it takes and how much it moves, as far as that is known beforehand."""
    preview = looked.draft.preview
    if preview is None:
        return []
    of_all = "" if looked.of_all_s is None else f", about {duration_text(looked.of_all_s)} in all"
    told = f"{looked.tests}{of_all}; drawn: the first"
    of_map = [("Tests", told)] if looked.tests else []
    moved = f"{number_text(preview.charge_c / COULOMB_PER_MAH, 'mAh')}, both ways added"
    beside = ", beside what flows at the voltages that are set" if preview.moves_more else ""
    return [
        *of_map,
        ("Takes about", duration_text(preview.duration_s)),
        ("Moves", moved + beside),
        ("Segments", str(len(preview.segments))),
        ("Spectra", str(len(preview.sweep_times_s()))),
        ("Looked at", looked.against),
    ]


def _looked(
    document: Document,
    file: Path,
    choice: Choice,
    channel: ChannelSpec | None,
    of_channel: str,
) -> Looked:
    told = f"for {file.name}" if choice.cell else f"for the example {file.name}: none is picked"
    try:
        cell = load_cell(file)
    except (FileError, OSError):
        told = f"for an example: {file.name} cannot be used"
        cell = load_cell(_example(_EXAMPLES[0]))
    return Looked(draft=draft_of(document, cell, channel), against=told + of_channel)


def _channel(choice: Choice) -> tuple[ChannelSpec | None, str]:
    if choice.bench is None or not choice.channel:
        return None, "; no channel picked, so nothing is said of safety"
    try:
        found = load_bench(choice.bench).channel(choice.channel)
    except (FileError, ValueError, KeyError, OSError):
        return None, f"; channel {choice.channel} cannot be used"
    return found, f", on channel {choice.channel}"


def _example(name: str) -> Path:
    return next(file for file in example_files() if file.name == name)
