"""The front door: commands that lead to the four rooms."""

import functools
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from .. import __version__
from .answer import in_words, say_error, show_what_cannot_be_encoded
from .catalogue import catalogue
from .control import pause, resume, skip
from .demo import demo
from .doctor import doctor
from .export import export
from .fit import fit
from .gui import gui
from .make_safe import make_safe
from .notify import notify
from .processes import supervise, work
from .report import report
from .run import run, stop
from .runs import runs
from .seal import seal
from .twin import twin
from .watch import watch


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"solidcell {__version__}")
        raise typer.Exit


app = typer.Typer(
    name="solidcell",
    help="Run the bench of a solid-state battery laboratory and analyse what comes off it.",
    epilog="Start with `solidcell demo`. `solidcell COMMAND --help` shows an example of each. "
    "Any command takes --debug, which shows the traceback of an error.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    pass


def _with_exit_code(command: Callable[..., int | None]) -> Callable[..., None]:
    """Let a command return its exit code."""

    @functools.wraps(command)
    def run_and_exit(*arguments: Any, **options: Any) -> None:
        if code := command(*arguments, **options):
            raise typer.Exit(code)

    return run_and_exit


_EXAMPLES: dict[Callable[..., Any], str] = {
    demo: "solidcell demo --preset LLZO --seed 3",
    run: "solidcell run ccd.yaml --bench bench.toml --channel A1 --cell cell.yaml",
    watch: "solidcell watch 2026-11-21T090000_A1_LPSCl-7",
    pause: "solidcell pause 2026-11-21T090000_A1_LPSCl-7",
    resume: "solidcell resume 2026-11-21T090000_A1_LPSCl-7",
    skip: "solidcell skip 2026-11-21T090000_A1_LPSCl-7",
    stop: "solidcell stop 2026-11-21T090000_A1_LPSCl-7",
    runs: "solidcell runs --electrolyte LPSCl --state failed --since 2026-01-01",
    catalogue: "solidcell catalogue mirror --lab postgresql+psycopg://bench@server/lab",
    fit: "solidcell fit pellet.mpt --area 0.785 --thickness 800 --plot",
    seal: "solidcell seal 2026-11-21T090000_A1_LPSCl-7",
    export: "solidcell export 2026-11-21T090000_A1_LPSCl-7 --to bdf",
    report: "solidcell report 2026-11-21T090000_A1_LPSCl-7",
    twin: "solidcell twin methodscript --cell llzo.yaml --port 5025",
    gui: "solidcell gui --bench bench.toml",
    notify: "solidcell notify --test --bench bench.toml",
    make_safe: "solidcell make-safe --bench bench.toml --channel A1",
    doctor: "solidcell doctor",
}
for _command, _example in _EXAMPLES.items():
    app.command(epilog=f"Example: {_example}")(_with_exit_code(_command))
app.command("_supervise", hidden=True)(_with_exit_code(supervise))
app.command("_worker", hidden=True)(_with_exit_code(work))


def main() -> None:
    """Run the command line; an error is one clear line, its traceback only with ``--debug``."""
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    show_what_cannot_be_encoded()
    try:
        app()
    except Exception as error:  # the front door: whatever happens is one line
        if debug:
            raise
        say_error(in_words(error))
        sys.exit(1)
