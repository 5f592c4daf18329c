"""Run the ``solidcell`` command as a person would: in a process of its own, or in this one.

A process takes a second to start, ten times what most commands take. So whoever looks at what a
command says lets it say so here; that it can be started alone, and starts others, needs a process.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from solidcell.cli import main

COMMAND = (sys.executable, "-m", "solidcell")


def run_command(
    *arguments: object, data: Path | None = None, encoding: str = "utf-8"
) -> "subprocess.CompletedProcess[str]":
    """Run it to its end and keep what it said, at a terminal of this encoding."""
    environment = {**os.environ, **_surroundings(data)}
    environment |= {"PYTHONUTF8": "1", "PYTHONIOENCODING": encoding}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding=encoding,
        timeout=110,
        check=False,
        env=environment,
    )


def run_here(
    *arguments: object, data: Path | None = None, encoding: str = "utf-8"
) -> "subprocess.CompletedProcess[str]":
    """The same, but in this process: for a command that starts none and waits for no signal."""
    words = ["solidcell", *map(str, arguments)]
    out, error = (io.TextIOWrapper(io.BytesIO(), encoding, newline="\n") for _ in range(2))
    with (
        patch.object(sys, "argv", words),
        patch.dict(os.environ, _surroundings(data)),
        redirect_stdout(out),
        redirect_stderr(error),
    ):
        try:
            main()
            code: object = 0
        except SystemExit as ended:
            code = ended.code
    assert code is None or isinstance(code, int)
    texts = []
    for stream in (out, error):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode(encoding))
    return subprocess.CompletedProcess(words, code or 0, *texts)


def answer_of(*arguments: object, data: Path | None = None) -> Any:
    """The JSON value that a command answers in its process; it must be all that it prints."""
    return _json_value(run_command(*arguments, "--json", data=data))


def answer_here(*arguments: object, data: Path | None = None) -> Any:
    """The same, but in this process."""
    return _json_value(run_here(*arguments, "--json", data=data))


def _json_value(said: "subprocess.CompletedProcess[str]") -> Any:
    assert said.stdout, said.stderr
    return json.loads(said.stdout)


def _surroundings(data: Path | None) -> dict[str, str]:
    return {"COLUMNS": "200"} | ({} if data is None else {"SOLIDCELL_DATA": str(data)})


@contextmanager
def served_twin(*arguments: str) -> Iterator[dict[str, Any]]:
    """A twin in a process of its own; gives what it announced of itself."""
    command = [*COMMAND, "twin", *arguments, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as twin:
        assert twin.stdout is not None
        try:
            yield json.loads(twin.stdout.readline())
        finally:
            twin.terminate()
