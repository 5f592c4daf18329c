"""``solidcell stop-button``: one red button that stops every run, in a process of its own."""

from pathlib import Path
from typing import Annotated

import typer

from .gui import require_display


def stop_button(
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    companion: Annotated[
        int | None,
        typer.Option(
            metavar="PID", help="Go away with this process, once no run is under way any more."
        ),
    ] = None,
) -> int:
    """Open the stop button: it stops every run of a folder, even if the bench window hangs.

    The bench window opens it by itself. One press opens every cell, without asking.
    """
    require_display()
    from ..acquisition.session import default_data_dir
    from ..gui.stop_button.app import open_stop_button
    from ..gui.window_settings import WindowSettings, default_settings_file

    theme = WindowSettings(default_settings_file()).theme
    return open_stop_button(data or default_data_dir(), theme, companion)
