"""``solidcell protocols``: the library of protocols, and what a protocol file would do."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .answer import AsJson, print_json, say, say_error
from .planned import charge_words

if TYPE_CHECKING:
    from ..acquisition.files.cells import Cell
    from ..acquisition.instruments.channels import ChannelSpec
    from ..acquisition.preview.draft import Draft


class Action(StrEnum):
    """What may be done with protocols."""

    LIST = "list"
    SHOW = "show"
    COPY = "copy"
    CHECK = "check"
    EXPAND = "expand"


def protocols(
    action: Annotated[
        Action,
        typer.Argument(
            help="list: what the library has. show: print one of it. copy: take one of it, to be "
            "changed. check: tell what a file would do, and whether a channel allows it. expand: "
            "write every test of a map."
        ),
    ] = Action.LIST,
    what: Annotated[
        str | None,
        typer.Argument(help="show, copy: a name of the library. check, expand: a protocol file."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="copy: the file to write. expand: the folder.")
    ] = None,
    cell: Annotated[
        Path | None, typer.Option(help="check: the cell record; without it 1 cm² is assumed.")
    ] = None,
    bench: Annotated[Path | None, typer.Option(help="check: the bench file (TOML).")] = None,
    channel: Annotated[str | None, typer.Option(help="check: the channel of the bench.")] = None,
    as_json: AsJson = False,
) -> int:
    """Find, copy, check and expand protocol files.

    Every measurement has a protocol in the library, with comments. Copy it, change it, check it.
    """
    if action is Action.LIST:
        return _list(as_json=as_json)
    if what is None:
        needed = "FILE" if action in (Action.CHECK, Action.EXPAND) else "NAME"
        raise ValueError(f"`solidcell protocols {action}` needs {needed}")
    match action:
        case Action.SHOW:
            return _show(what, as_json=as_json)
        case Action.COPY:
            return _copy(what, out, as_json=as_json)
        case Action.CHECK:
            return _check(Path(what), cell, bench, channel, as_json=as_json)
        case Action.EXPAND:
            return _expand(Path(what), out or Path(), as_json=as_json)


def _list(*, as_json: bool) -> int:
    from ..acquisition.files.protocol_library import library

    entries = library()
    if as_json:
        print_json([{"name": e.name, "about": e.about, "path": e.path} for e in entries])
        return 0
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        print(f"{entry.name:<{width}}  {entry.title}")
    return 0


def _show(name: str, *, as_json: bool) -> int:
    from ..acquisition.files.protocol_library import from_library

    text = from_library(name).path.read_text(encoding="utf-8")
    if as_json:
        print_json({"name": name, "text": text})
    else:
        print(text, end="")
    return 0


def _copy(name: str, out: Path | None, *, as_json: bool) -> int:
    from ..acquisition.files.protocol_library import from_library

    entry = from_library(name)
    to = out or Path(entry.path.name)
    to = to / entry.path.name if to.is_dir() else to
    if to.exists():
        raise ValueError(f"{to} is there already: give another name by --out")
    to.write_text(entry.path.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    if as_json:
        print_json({"name": entry.name, "file": to})
    else:
        print(to)
    return 0


def _expand(map_file: Path, folder: Path, *, as_json: bool) -> int:
    from ..acquisition.files.protocol_map import tests_of

    tests = tests_of(map_file)
    taken = [test.file_name for test in tests if (folder / test.file_name).exists()]
    if taken:
        raise ValueError(f"{folder / taken[0]} is there already, nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    for test in tests:
        text = test.document.text
        (folder / test.file_name).write_text(text, encoding="utf-8", newline="\n")
    if as_json:
        print_json([folder / test.file_name for test in tests])
    else:
        for test in tests:
            print(folder / test.file_name)
    return 0


def _check(
    file: Path, cell: Path | None, bench: Path | None, channel: str | None, *, as_json: bool
) -> int:
    from ..acquisition.files.protocol_document import open_protocol
    from ..acquisition.preview.draft import draft_of

    if (bench is None) != (channel is None):
        raise ValueError("--bench and --channel go together")
    document = open_protocol(file)
    if document.data.get("protocol") == "map":
        return _check_map(file, _cell(cell), _channel(bench, channel), as_json=as_json)
    draft = draft_of(document, _cell(cell), _channel(bench, channel))
    if as_json:
        plan = draft.preview.as_json() if draft.preview is not None else None
        problems = [str(problem) for problem in draft.problems]
        told = {"problems": problems, "unsafe": draft.unsafe, "warnings": draft.warnings}
        print_json({**told, "preview": plan})
    else:
        _tell(draft, cell, bench)
    return int(bool(draft.problems or draft.unsafe))


def _check_map(file: Path, cell: "Cell", channel: "ChannelSpec | None", *, as_json: bool) -> int:
    """Check every test of a map; all are for cells alike."""
    from ..acquisition.files.protocol_map import tests_of
    from ..acquisition.preview.draft import draft_of

    drafts = {test.file_name: draft_of(test.document, cell, channel) for test in tests_of(file)}
    unsafe = {name: draft.unsafe for name, draft in drafts.items() if draft.unsafe}
    lengths_s = {name: draft.preview.duration_s for name, draft in drafts.items() if draft.preview}
    if as_json:
        print_json({"tests": lengths_s, "unsafe": unsafe})
        return int(bool(unsafe))
    for name, length_s in lengths_s.items():
        print(f"{timedelta(seconds=round(length_s))!s:>18}  {name}")
    print(f"{len(drafts)} tests, one for each cell; `solidcell protocols expand` writes them.")
    for name, sentences in unsafe.items():
        for sentence in sentences:
            say_error(f"{name}: {sentence}")
    return int(bool(unsafe))


def _cell(file: Path | None) -> "Cell":
    from ..acquisition.files.cells import Cell, load_cell

    if file is not None:
        return load_cell(file)
    return Cell(
        name="1 cm² (no --cell was given)",
        electrolyte="",
        electrode_area_m2=1e-4,
        thickness_m=1e-3,
        thickness_uncertainty_m=None,
        temperature_k=298.15,
        stack_pressure_pa=None,
        conductivity_s_per_m=None,
        lithium_thickness_m=None,
    )


def _channel(bench: Path | None, name: str | None) -> "ChannelSpec | None":
    if bench is None or name is None:
        return None
    from ..acquisition.files.bench import load_bench

    return load_bench(bench).channel(name)


def _tell(draft: "Draft", cell: Path | None, bench: Path | None) -> None:
    from ..acquisition.preview.drawing import drawn

    for problem in draft.problems:
        say_error(str(problem))
    for warning in draft.warnings:
        say(f"warning: {warning}")
    plan = draft.preview
    if plan is not None:
        print(f"{drawn(plan)}\n")
        length = timedelta(seconds=round(plan.duration_s))
        print(f"{len(plan.segments)} segments, {length} if nothing fails,")
        on_what = "" if cell is not None else ", on a cell of 1 cm², since no --cell was given"
        print(f"{charge_words(plan)}{on_what}.")
        safe = "The channel allows it." if bench is not None else "No channel was asked."
        print(safe if not draft.unsafe else "The channel forbids it:")
    for sentence in draft.unsafe:
        say_error(sentence)
