"""``solidcell catalogue``: make, renew and mirror the catalogue of the runs."""

import platform
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ..drivers.clock import SystemClock
from .answer import AsJson, print_json, say

_WORTH_A_BAR = 200
"""Files from which on a person is shown how far it is."""
_MIN_S = 60.0


class Action(StrEnum):
    """What may be done with a catalogue."""

    REFRESH = "refresh"
    REBUILD = "rebuild"
    MIRROR = "mirror"
    WHERE = "where"


def catalogue(
    action: Annotated[
        Action,
        typer.Argument(
            help="refresh: read what changed. rebuild: read every run file anew. mirror: send "
            "ended runs to the laboratory. where: say where it is."
        ),
    ],
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    lab: Annotated[
        str | None, typer.Option(help="The laboratory's catalogue; $SOLIDCELL_LAB if unset.")
    ] = None,
    bench: Annotated[
        str | None, typer.Option(help="What this bench is called there; its host if unset.")
    ] = None,
    every_min: Annotated[
        float | None, typer.Option(help="Mirror again and again, so many minutes apart.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep the catalogue that finds runs; it is made from the run files and may be deleted."""
    from ..acquisition.catalogue.place import catalogue_file
    from ..acquisition.session import default_data_dir

    folder = data or default_data_dir()
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: there is no such folder of runs")
    if every_min is not None and (action is not Action.MIRROR or not every_min > 0):
        raise ValueError(f"--every-min {every_min:g} is for mirror, and more than 0")
    file = catalogue_file(folder)
    if action is Action.WHERE:
        answer = _where(file, folder, lab)
    elif action is Action.MIRROR:
        answer = _mirror(file, folder, lab, bench or platform.node(), every_min)
    else:
        answer = _refresh(file, folder, everything=action is Action.REBUILD)
    if as_json:
        print_json(answer)
        return
    for name, value in answer.items():
        print(f"{name.replace('_', ' '):12} {'none' if value is None else value}")


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how far it is, where it takes long and somebody looks on."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with ExitStack() as shown:
        bars: list[Progress] = []

        def tell(done: int, of: int) -> None:
            if of < _WORTH_A_BAR or not console.is_terminal:
                return
            if not bars:
                bars.append(shown.enter_context(Progress(console=console, transient=True)))
                bars[0].add_task(what, total=of)
            bars[0].update(bars[0].task_ids[0], completed=done)

        yield tell


def _refresh(file: Path, folder: Path, *, everything: bool) -> dict[str, Any]:
    from ..acquisition.catalogue.database import open_anew, open_file
    from ..acquisition.catalogue.refresh import refresh

    opener = open_anew if everything else open_file
    with opener(file) as opened, progress("reading run files") as told:
        done = refresh(opened, folder, everything=everything, progress=told)
    return {"catalogue": str(file), **asdict(done)}


def _mirror(
    file: Path, folder: Path, lab: str | None, bench: str, every_min: float | None
) -> dict[str, Any]:
    """Once, or until somebody interrupts it: then a laboratory that is away is tried again."""
    from ..acquisition.catalogue.place import LAB_VARIABLE, lab_address
    from ..acquisition.catalogue.problems import CatalogueError

    address = lab or lab_address()
    if address is None:
        raise ValueError(f"no laboratory to mirror to: give --lab or set {LAB_VARIABLE}")
    if every_min is None:
        return _mirror_once(file, folder, address, bench)
    clock = SystemClock()
    while True:
        began_s = clock.now_s()
        try:
            done = _mirror_once(file, folder, address, bench)
            say(f"{done['lab']}: {done['sent']} sent, {done['unchanged']} there already")
        except CatalogueError as error:
            say(f"{error}; tried again in {every_min:g} min")
        clock.sleep_until(began_s + every_min * _MIN_S)


def _mirror_once(file: Path, folder: Path, address: str, bench: str) -> dict[str, Any]:
    from ..acquisition.catalogue.database import open_file, open_lab
    from ..acquisition.catalogue.mirror import mirror
    from ..acquisition.catalogue.refresh import refresh

    with open_file(file) as own, progress("reading run files") as told:
        refresh(own, folder, progress=told)
        with open_lab(address) as laboratory:
            done = mirror(own, laboratory, bench=bench, data_dir=folder)
            return {"lab": laboratory.name, "bench": bench, **asdict(done)}


def _where(file: Path, folder: Path, lab: str | None) -> dict[str, Any]:
    """Say where things are; nothing is made and no server is asked."""
    from ..acquisition.catalogue.database import named
    from ..acquisition.catalogue.place import lab_address

    address = lab or lab_address()
    return {
        "data": str(folder.resolve()),
        "catalogue": str(file),
        "is_there": file.is_file(),
        "lab": None if address is None else named(address),
    }
