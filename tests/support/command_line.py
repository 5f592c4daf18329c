"""Run the ``solidcell`` command as a person would: in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "solidcell")


def run_command(
    *arguments: object, data: Path | None = None, encoding: str = "utf-8"
) -> "subprocess.CompletedProcess[str]":
    """Run it to its end and keep what it said, at a terminal of this encoding."""
    environment = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "200", "PYTHONIOENCODING": encoding}
    if data is not None:
        environment["SOLIDCELL_DATA"] = str(data)
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding=encoding,
        timeout=110,
        check=False,
        env=environment,
    )


def answer_of(*arguments: object, data: Path | None = None) -> Any:
    """The JSON value that a command answers; it must be all that it prints."""
    said = run_command(*arguments, "--json", data=data)
    assert said.stdout, said.stderr
    return json.loads(said.stdout)


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
