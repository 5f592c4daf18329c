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

    Ctrl+C in the terminal does not reach it: a run must be able to open its cell first. It ends
    with this process, however that ends. Raises ``RuntimeError`` if it does not start; its own
    words are on standard error.
    """
    command = [sys.executable, "-m", "solidcell", "twin", name, "--json", "--cell", cell]
    command += ["--seed", str(seed), "--speed", repr(speed), "--truth", str(truth)]
    command += ["--model", model] if model else []
    new_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows only
    twin = subprocess.Popen(
        [*command, "--until-eof"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        creationflags=new_group,
    )
    try:
        line = twin.stdout.readline() if twin.stdout else ""
        if not line:
            raise RuntimeError(f"the twin did not start (exit code {twin.wait()})")
        yield str(json.loads(line)["address"])
    finally:
        for pipe in (twin.stdin, twin.stdout):
            if pipe is not None:
                pipe.close()
        twin.wait(timeout=10)
