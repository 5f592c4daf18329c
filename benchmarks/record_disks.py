"""What the benchmarks of the record share: starting a writer, reading what it wrote, bad disks."""

import functools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Protocol

BENCHMARKS = Path(__file__).parent
sys.path.insert(0, str(BENCHMARKS.parent / "tests"))

from support.disk_faults import DiskFaults, NoFaultsError  # noqa: E402

__all__ = [
    "PEERS",
    "DiskFaults",
    "NoFaultsError",
    "Writer",
    "follow",
    "python_of",
    "run_file_of",
    "sqlite_shell",
]

PEERS = ("solidcell", "pymeasure", "qcodes")
_FILES = {"solidcell": "a.run.sqlite", "pymeasure": "a.csv", "qcodes": "a.db"}


def run_file_of(name: str, folder: Path) -> Path:
    return folder / _FILES[name]


@functools.cache
def python_of(name: str) -> str | None:
    """Return the interpreter that has the program; ``$QCODES_PYTHON`` names that of QCoDeS."""
    python = os.environ.get("QCODES_PYTHON", sys.executable) if name == "qcodes" else sys.executable
    found = subprocess.run([python, "-c", f"import {name}"], capture_output=True)
    return python if found.returncode == 0 else None


def sqlite_shell(file: Path, *queries: str) -> str:
    """What the ``sqlite3`` shell (Python's SQLite, where there is none) answers, by ``|``."""
    if shell := shutil.which("sqlite3"):
        command = [shell, str(file), "; ".join(queries) + ";"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.stdout.strip().replace("\n", "|") + done.stderr.strip())[:200]
    db = sqlite3.connect(file)
    try:
        return "|".join(str(v) for query in queries for row in db.execute(query) for v in row)
    finally:
        db.close()


class Writer:
    """One process of ``record_writers.py``; ``acknowledged`` is the last count that it told."""

    def __init__(
        self,
        name: str,
        folder: Path,
        rate_hz: float,
        rows: int,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.acknowledged = 0
        self.summary: dict[str, Any] = {}
        self.begun = threading.Event()
        home = Path(tempfile.gettempdir()) / "record-benchmark-home"  # QCoDeS writes a log there
        home.mkdir(exist_ok=True)
        script = str(BENCHMARKS / "record_writers.py")
        self.process = subprocess.Popen(
            [python_of(name) or sys.executable, script, name, str(folder), str(rate_hz), str(rows)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**(environment or os.environ), "HOME": str(home)},
        )
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()

    def wait(self) -> dict[str, Any]:
        self._reader.join()
        self.process.wait()
        return self.summary

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                self.summary = json.loads(line)
            elif line.strip().isdigit():
                self.acknowledged = int(line)
                self.begun.set()
        self.begun.set()


class Tail(Protocol):
    """Reads as another process would: the times of the rows after the first so many."""

    def __call__(self, since: int) -> list[float]: ...

    def close(self) -> None: ...


def follow(name: str, file: Path) -> Tail:
    return {"solidcell": _RunTail, "pymeasure": _CsvTail, "qcodes": _QcodesTail}[name](file)


class _RunTail:
    def __init__(self, file: Path) -> None:
        from solidcell.acquisition.record.errors import RecordError
        from solidcell.acquisition.record.reader import RunReader

        self._open, self._errors = RunReader, RecordError
        self._file = file
        self._run: RunReader | None = None

    def __call__(self, since: int) -> list[float]:
        try:
            self._run = self._run or self._open(self._file)
            return list(self._run.reading_columns(since_seq=since)["elapsed_s"])
        except self._errors:
            return []

    def close(self) -> None:
        if self._run is not None:
            self._run.close()


class _CsvTail:
    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, since: int) -> list[float]:
        if not self._file.exists():
            return []
        text = self._file.read_text(encoding="utf-8", errors="replace")
        lines = text.split("\n")[:-1]  # whole ones only
        rows = [line for line in lines if line and not line.startswith(("#", "t,"))]
        return [float(line.split(",")[0]) for line in rows[since:]]

    def close(self) -> None:
        pass


# QCoDeS stores a line for each parameter that depends on t; a row of ours is both of them
_QCODES_ROWS = 'SELECT t FROM "results-1-1" WHERE V IS NOT NULL ORDER BY id LIMIT -1 OFFSET ?'


class _QcodesTail:
    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, since: int) -> list[float]:
        if not self._file.exists():
            return []
        db = sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True)
        try:
            rows = db.execute(_QCODES_ROWS, (since,))
            return [float(t) for (t,) in rows.fetchall()]
        except sqlite3.Error:
            return []
        finally:
            db.close()

    def close(self) -> None:
        pass
