"""``solidcell sheet``: everything that the runs of one cell say, in one report."""

from pathlib import Path
from typing import Annotated

import typer

from .answer import AsJson, print_json, say
from .sheets import found_files


def sheet(
    runs: Annotated[list[str], typer.Argument(help="The runs of one cell: ids, folders or files.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the report; `cell-sheet` here if unset."),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> None:
    """Gather the results of all runs of a cell: PDF, figures, tables and data.

    Every measurement that suits a run is made of it with its defaults.
    """
    from ..analysis.cell_sheet import cell_sheets
    from ..analysis.report.sheet_report import write_sheets
    from ..analysis.sheets.plain import as_plain, as_text

    sheets = cell_sheets(found_files(runs, data), say)
    files = write_sheets(
        sheets, out or Path("cell-sheet"), "cell", f"Cell sheet of {sheets[0].subject}"
    )
    if as_json:
        print_json([as_plain(each) for each in sheets])
    else:
        print("\n".join(as_text(sheets[0])))
    say(str(files.pdf))
