"""The front door: commands that lead to the four rooms."""

import functools
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from .. import __version__
from .answer import in_words, say_error, show_what_cannot_be_encoded

_COMMANDS: Final = {
    "demo": ("demo", "demo --preset LLZO --seed 3"),
    "run": ("run", "run ccd.yaml --bench bench.toml --channel A1 --cell cell.yaml"),
    "protocols": ("protocols", "protocols copy ccd_constant_capacity_sulfide --out ccd.yaml"),
    "watch": ("watch", "watch 2026-11-21T090000_A1_LPSCl-7"),
    "pause": ("control", "pause 2026-11-21T090000_A1_LPSCl-7"),
    "resume": ("control", "resume 2026-11-21T090000_A1_LPSCl-7"),
    "skip": ("control", "skip 2026-11-21T090000_A1_LPSCl-7"),
    "stop": ("run", "stop 2026-11-21T090000_A1_LPSCl-7"),
    "recover": ("recover", "recover 2026-11-21T090000_A1_LPSCl-7 --ask"),
    "queue": ("queue", "queue add ccd.yaml --bench bench.toml --channel A1 --cell cell.yaml"),
    "runs": ("runs", "runs --electrolyte LPSCl --state failed --since 2026-01-01"),
    "catalogue": ("catalogue", "catalogue mirror --lab postgresql+psycopg://bench@server/lab"),
    "materials": ("materials", "materials LPSCl --measured 2.1+-0.2 --temperature 25"),
    "validate": ("validate", "validate --only energy"),
    "fit": ("fit", "fit pellet.mpt --area 0.785 --thickness 800 --plot"),
    "seal": ("seal", "seal 2026-11-21T090000_A1_LPSCl-7"),
    "export": ("export", "export 2026-11-21T090000_A1_LPSCl-7 --to bdf"),
    "report": ("report", "report 2026-11-21T090000_A1_LPSCl-7"),
    "sheet": ("sheet", "sheet 2026-11-21T090000_A1_LPSCl-7 2026-11-23T090000_A1_LPSCl-7"),
    "twin": ("twin", "twin methodscript --cell llzo.yaml --port 5025"),
    "bench": ("bench", "bench check bench.toml"),
    "oven": ("oven", "oven status"),
    "gui": ("gui", "gui --bench bench.toml"),
    "notify": ("notify", "notify --test --bench bench.toml"),
    "stop-button": ("stop_button", "stop-button"),
    "make-safe": ("make_safe", "make-safe --bench bench.toml --channel A1"),
    "doctor": ("doctor", "doctor"),
}
"""Each command: the module that has it, and an example. Imported only when it is asked for, so
that nobody who watches a run waits for what plots a spectrum."""

_GROUPS: Final = ("analyse", "design")
"""Commands that have commands of their own, one a measurement; see ``sheets``."""

_HIDDEN: Final = {
    "_supervise": ("processes", "supervise"),
    "_worker": ("processes", "work"),
    "_oven": ("oven", "keep"),
}


def application(names: Iterable[str] = (*_COMMANDS, *_GROUPS, *_HIDDEN)) -> typer.Typer:
    """Return the command line with these commands."""
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
    app.callback()(_program)
    for name in names:
        if name in _HIDDEN:
            app.command(name, hidden=True)(_with_exit_code(_imported(*_HIDDEN[name])))
        elif name in _GROUPS:
            app.add_typer(import_module(".sheets", __name__).GROUPS[name], name=name)
        else:
            module, example = _COMMANDS[name]
            command = _with_exit_code(_imported(module, name.replace("-", "_")))
            app.command(name, epilog=f"Example: solidcell {example}")(command)
    return app


def main() -> None:
    """Run the command line; an error is one clear line, its traceback only with ``--debug``."""
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    show_what_cannot_be_encoded()
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    everything = (*_COMMANDS, *_GROUPS, *_HIDDEN)
    try:
        application([asked] if asked in everything else everything)()
    except Exception as error:  # the front door: whatever happens is one line
        if debug:
            raise
        say_error(in_words(error))
        sys.exit(1)


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"solidcell {__version__}")
        raise typer.Exit


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


def _imported(module: str, function: str) -> Callable[..., int | None]:
    command: Callable[..., int | None] = getattr(import_module(f".{module}", __name__), function)
    return command
