"""``solidcell export``: a run in the formats of others."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .answer import AsJson, print_json, say
from .progress import shown_progress

if TYPE_CHECKING:
    from ..analysis.exports import Exported, Format


def export(
    run: Annotated[str, typer.Argument(help="The run: its id, its folder or its file.")],
    to: Annotated[str, typer.Option(help="bdf (Battery Data Format), csv or parquet.")],
    out: Annotated[
        Path | None, typer.Option(help="Where to write; the folder 'export' of the run if unset.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a run, finished or not, for other programs.

    Numbers are written to the last digit, units stand in the names, and a file of metadata says
    what each column means and which way positive current flows.
    """
    from ..acquisition.session import default_data_dir, find_run
    from ..analysis.exports import Format, export_run, parquet_is_available

    form = _format(to)
    run_file = find_run(run, data or default_data_dir())
    with shown_progress(run_file.name.removesuffix(".run.sqlite")) as tell:
        exported = export_run(run_file, form, out or run_file.parent / "export", tell)
    if form is Format.BDF and not parquet_is_available():
        say("no .bdf.parquet without pyarrow: pip install 'solidcell[parquet]'")
    if not exported.is_finished:
        at = timedelta(seconds=round(exported.last_elapsed_s))
        say(f"the run has no recorded end: exported up to row {exported.last_seq}, at {at}")
    _answer(exported, as_json=as_json)


def _format(name: str) -> "Format":
    from ..analysis.exports import Format

    try:
        return Format(name)
    except ValueError:
        known = ", ".join(Format)
        raise ValueError(f"--to {name}: a run can be exported to {known}") from None


def _answer(exported: "Exported", *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "files": exported.files,
                "rows": exported.rows,
                "last_seq": exported.last_seq,
                "last_elapsed_s": exported.last_elapsed_s,
                "is_finished": exported.is_finished,
            }
        )
        return
    for path in exported.files:
        rows = exported.rows.get(path.name)
        print(path if rows is None else f"{path}  {rows} rows")
