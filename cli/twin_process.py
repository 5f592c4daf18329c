"""A twin in a process of its own, for as long as somebody needs it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def twin_process(
    name: str, *, cell: str, seed: int, speed: float, truth: Path, model: str | None = None
) -> Iterator[str]:
    """Start a twin on a free port; yield the address for a bench file; end it on leaving.

    Raises ``RuntimeError`` with the twin's own words if it does not start.
    """
    command = [sys.executable, "-m", "solidcell", "twin", name, "--json", "--cell", cell]
    command += ["--seed", str(seed), "--speed", repr(speed), "--truth", str(truth)]
    command += ["--model", model] if model else []
    twin = subprocess.Popen(
        command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, encoding="utf-8"
    )
    try:
        line = twin.stdout.readline() if twin.stdout else ""
        if not line:
            raise RuntimeError(f"the twin did not start (exit code {twin.wait()})")
        yield str(json.loads(line)["address"])
    finally:
        twin.terminate()
        twin.wait(timeout=10)
        if twin.stdout:
            twin.stdout.close()
