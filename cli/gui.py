"""``solidcell gui``: open the bench window."""

from pathlib import Path
from typing import Annotated

import typer


def gui(
    run: Annotated[
        str | None, typer.Argument(help="A run to open: its id, its folder or its file.")
    ] = None,
    bench: Annotated[Path | None, typer.Option(help="The bench file with the channels.")] = None,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
) -> int:
    """Open the bench window.

    Start runs, watch them live, open earlier ones.
    """
    from ..acquisition.session import default_data_dir, find_run
    from ..gui.app import open_window

    data_dir = data or default_data_dir()
    run_file = find_run(run, data_dir) if run else None
    return open_window(bench_file=bench, data_dir=data_dir, run_file=run_file)
