"""``solidcell report``: the report of one run."""

from pathlib import Path
from typing import Annotated

import typer

from .answer import AsJson, print_json


def report(
    run: Annotated[str, typer.Argument(help="The run: its id, its folder or its file.")],
    out: Annotated[
        Path | None, typer.Option(help="Where to write; the run's folder if unset.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a run, finished or not.

    HTML, PDF, vector figures and the numbers that were drawn.
    """
    from ..acquisition.session import default_data_dir, find_run
    from ..analysis.report import write_report

    run_file = find_run(run, data or default_data_dir())
    files = write_report(run_file, out or run_file.parent / "report")
    if as_json:
        print_json({"run_file": run_file, **files.as_json()})
        return
    for label, path in files.as_json().items():
        print(f"{label:12} {path}")
