"""How a command answers: one JSON object for a program, or lines for a person."""

import io
import json
import math
import sys
from typing import Annotated, Any

import typer

AsJson = Annotated[
    bool,
    typer.Option("--json", help="Print the answer as JSON and nothing else on standard output."),
]


def print_json(answer: Any) -> None:
    """Print one JSON value; what is not a number becomes null, never NaN.

    In ASCII, with escapes: valid whatever the encoding of the terminal and the name of a file.
    """
    print(json.dumps(_finite(answer), indent=2, default=str, allow_nan=False))


def show_what_cannot_be_encoded() -> None:
    """Let a terminal that lacks a letter show its number instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Tell the person something, on standard error, where it never mixes with an answer."""
    typer.echo(text, err=True)


def say_error(text: str) -> None:
    """One clear line a problem on standard error."""
    for line in text.splitlines() or [""]:
        typer.secho(f"error: {' '.join(line.split())}", err=True, fg="red")


def in_words(error: Exception) -> str:
    """Say what went wrong without the machine's error numbers."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return value
