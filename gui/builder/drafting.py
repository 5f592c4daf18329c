"""Looking at a protocol while it is written: with the cell and the channel that are picked."""

from dataclasses import dataclass
from pathlib import Path

from ...acquisition.files.bench import load_bench
from ...acquisition.files.cells import load_cell
from ...acquisition.files.protocol_document import Document
from ...acquisition.files.yaml_lines import FileError
from ...acquisition.preview.draft import Draft, draft_of
from ..display_units import duration_text, number_text
from ..new_run import COULOMB_PER_MAH, Choice, example_files, kind_of

_EXAMPLE = "cell_lpscl.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What came of looking: the draft, and for which cell and channel it was looked at."""

    draft: Draft
    against: str


def look_at(document: Document, choice: Choice) -> Looked:
    """Check a protocol for the cell and the channel of a choice; files that are wrong count not.

    Without a cell an example's area stands in, which is said.
    """
    cell_file, told = _cell_file(choice)
    try:
        cell = load_cell(cell_file)
    except (FileError, OSError):
        cell, told = load_cell(_example()), f"for the example cell: {cell_file.name} cannot be used"
    channel = None
    if choice.bench is not None and choice.channel:
        try:
            channel = load_bench(choice.bench).channel(choice.channel)
            told += f", on channel {choice.channel}"
        except (FileError, ValueError, KeyError, OSError):
            told += f"; channel {choice.channel} cannot be used"
    else:
        told += "; no channel picked, so nothing is said of safety"
    return Looked(draft=draft_of(document, cell, channel), against=told)


def draft_facts(looked: Looked) -> list[tuple[str, str]]:
    """How long it takes and how much it moves, as far as that is known beforehand."""
    preview = looked.draft.preview
    if preview is None:
        return []
    return [
        ("Takes about", duration_text(preview.duration_s)),
        ("Moves", f"{number_text(preview.charge_c / COULOMB_PER_MAH, 'mAh')}, both ways added"),
        ("Segments", str(len(preview.segments))),
        ("Spectra", str(len(preview.sweep_times_s()))),
        ("Looked at", looked.against),
    ]


def _cell_file(choice: Choice) -> tuple[Path, str]:
    if choice.cell is None:
        return _example(), "for the example cell, since none is picked"
    return choice.cell, f"for {choice.cell.name}"


def _example() -> Path:
    return next(f for f in example_files() if f.name == _EXAMPLE and kind_of(f) == "cell")
