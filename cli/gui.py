"""``solidcell gui``: open the bench window."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def gui(
    run: Annotated[
        str | None, typer.Argument(help="A run to open: its id, its folder or its file.")
    ] = None,
    bench: Annotated[Path | None, typer.Option(help="The bench file with the channels.")] = None,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    analyse: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="Spectra to fit: a file, a folder or a project. May be given again.",
        ),
    ] = None,
    with_stop_button: Annotated[
        bool,
        typer.Option(
            "--stop-button/--no-stop-button", help="Open the stop button beside the window."
        ),
    ] = True,
) -> int:
    """Open the bench window.

    Start runs, watch them live, open earlier ones, fit spectra.
    """
    require_display()
    from ..acquisition.session import default_data_dir, find_run
    from ..gui.app import open_window

    data_dir = data or default_data_dir()
    run_file = find_run(run, data_dir) if run else None
    return open_window(
        bench_file=bench,
        data_dir=data_dir,
        run_file=run_file,
        analyse=analyse or (),
        with_stop_button=with_stop_button,
    )


def require_display() -> None:
    """Raise ``RuntimeError`` where there is nothing to draw on: Qt itself would end the process."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise RuntimeError(
            "there is no display: log in to a desktop, or run `xvfb-run solidcell gui`; "
            "every other command works without"
        )
