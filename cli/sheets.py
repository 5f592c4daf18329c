"""`solidcell analyse` and `solidcell design`: a command for every measurement, made of its options.

A measurement is imported when it is asked for, so that nobody waits for all of the analysis.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

from ..analysis.designs import DESIGNS, design
from ..analysis.measurements import MEASUREMENTS, measurement
from .answer import AsJson, print_json, say

if TYPE_CHECKING:
    from ..analysis.sheets.measurement import Measurement, Option
    from ..analysis.sheets.sheet import Sheet

Out = Annotated[
    Path | None,
    typer.Option(help="Folder for a report: PDF, vector figures, tables (CSV) and data (JSON)."),
]


class _Group(TyperGroup):
    """Commands that are imported one by one; their list needs no more than the titles."""

    titles: Mapping[str, tuple[str, str]]
    find: Callable[[str], "Measurement"]
    word: str

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Return all names."""
        return list(self.titles)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Import one measurement and return its command, or None for an unknown name."""
        known = cmd_name in self.titles
        return _command(type(self).find(cmd_name), self.word) if known else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the list without importing anything."""
        rows = [(name, title) for name, (_, title) in self.titles.items()]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


class _Analyse(_Group):
    titles, find, word = MEASUREMENTS, staticmethod(measurement), "analyse"


class _Design(_Group):
    titles, find, word = DESIGNS, staticmethod(design), "design"


GROUPS: Final = {
    "analyse": typer.Typer(
        cls=_Analyse,
        no_args_is_help=True,
        help="Turn runs and files into the numbers, plots and report of a measurement.",
    ),
    "design": typer.Typer(
        cls=_Design,
        no_args_is_help=True,
        help="Compute what a cell would be: energy, cost, limits.",
    ),
}


def _command(of: "Measurement", group: str) -> Any:
    """Return the command that makes this sheet, with the measurement's options as its own."""

    def make(**given: Any) -> None:
        files: Sequence[str] = given.pop("files", None) or ()
        out, as_json = given.pop("out"), given.pop("as_json")
        sheet = of.sheet(found_files(files, given.pop("data", None)), given)
        if code := tell(sheet, of.name, out, as_json=as_json):
            raise typer.Exit(code)

    parameters = [*_files(of), *map(_parameter, of.options)]
    parameters += [_keyword("out", Out, None), _keyword("as_json", AsJson, False)]
    make.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    example = f"Example: solidcell {group} {of.example}"
    alone.command(of.name, help=f"{of.title}.", epilog=example)(make)
    return typer.main.get_command(alone)


def tell(sheet: "Sheet", stem: str, out: Path | None, *, as_json: bool) -> int:
    """Print a sheet, write its report if there is a folder for it, and return the exit code."""
    from ..analysis.sheets.plain import as_plain, as_text

    if as_json:
        print_json(as_plain(sheet))
    else:
        print("\n".join(as_text(sheet)))
    if out is not None:
        from ..analysis.report.sheet_report import write_sheets

        files = write_sheets([sheet], out, stem, f"{sheet.title}: {sheet.subject}")
        say("\n".join(map(str, (files.pdf, files.data, *files.figures, *files.tables))))
    return int(sheet.is_refused)


def found_files(files: Sequence[str], data: Path | None) -> list[Path]:
    """Return runs by their names or folders as their files, and other paths as they are."""
    from ..acquisition.run_folder import RunFolder
    from ..acquisition.session import default_data_dir, find_run

    folder = data or default_data_dir()
    known = [(Path(each), RunFolder(Path(each)).run_file) for each in files]
    return [
        run_file if run_file.is_file() else path if path.exists() else find_run(str(path), folder)
        for path, run_file in known
    ]


def _files(measurement: "Measurement") -> list[inspect.Parameter]:
    if not measurement.takes:
        return []
    help_text = measurement.takes[0].upper() + measurement.takes[1:] + "."
    kind: Any = list[str] if measurement.needs_files else list[str] | None
    files = Annotated[kind, typer.Argument(help=help_text)]
    data = Annotated[Path | None, typer.Option(help="The folder that holds the runs.")]
    nothing = inspect.Parameter.empty if measurement.needs_files else None
    return [_keyword("files", files, nothing), _keyword("data", data, None)]


def _parameter(option: "Option") -> inspect.Parameter:
    text = option.explained
    if option.choices:
        text += f" One of: {', '.join(option.choices)}."
    named = f"--{option.name.replace('_', '-')}"
    if option.kind is bool:
        kind: Any = Annotated[bool, typer.Option(named, help=text)]
        return _keyword(option.name, kind, bool(option.default))
    kind = Annotated[option.kind | None, typer.Option(named, help=text)]
    return _keyword(option.name, kind, option.default)


def _keyword(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
