"""``solidcell doctor``: is this machine fit to run a cell?"""

import importlib.metadata
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from .answer import AsJson, print_json

_WAL_RESET_FIXED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""First SQLite of each kept line in which two simultaneous writers cannot corrupt a WAL."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``verdict`` is ok, note or problem."""

    subject: str
    verdict: str
    detail: str


def doctor(
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> int:
    """Check whether this machine is fit to run a cell.

    Python, Qt, SQLite, the disk and the ports; says what to do about each problem.
    """
    from ..acquisition.session import default_data_dir

    folder = data or default_data_dir()
    looks: list[Callable[[], Finding]] = [
        _python,
        _qt,
        _display,
        _sqlite,
        lambda: _disk(folder),
        _visa,
        _serial_ports,
    ]
    findings = [look() for look in looks]
    if as_json:
        print_json({"findings": [asdict(finding) for finding in findings]})
    else:
        _print_table(findings)
    return int(any(finding.verdict == "problem" for finding in findings))


def _python() -> Finding:
    version = importlib.metadata.version("solidcell")
    detail = f"solidcell {version} on Python {platform.python_version()}, {platform.platform()}"
    return Finding("program", "ok", detail)


def _qt() -> Finding:
    try:
        version = importlib.metadata.version("PySide6-Essentials")
        from PySide6 import QtWidgets  # noqa: F401  the import itself is the check
    except (ImportError, importlib.metadata.PackageNotFoundError) as error:
        advice = "run `python3 tools/bootstrap.py setup`; it names the system libraries Qt needs"
        return Finding("window", "problem", f"{error}; {advice}")
    if lost := _references_lost_per_call():
        detail = f"PySide6 {version} loses {lost} reference(s) to None a call and will abort"
        return Finding("window", "problem", f"{detail}: install another version, not 6.12.0")
    return Finding("window", "ok", f"PySide6 {version}")


def _references_lost_per_call() -> int:
    from PySide6.QtCore import QObject

    thing, calls = QObject(), 200
    before = sys.getrefcount(None)
    for _ in range(calls):
        thing.setObjectName("x")
    lost = before - sys.getrefcount(None)
    return lost // calls if lost > calls // 2 else 0


def _display() -> Finding:
    if platform.system() != "Linux":
        return Finding("display", "ok", platform.system())
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(name):
            return Finding("display", "ok", f"{name}={os.environ[name]}")
    advice = "the window needs one (or `xvfb-run solidcell gui`); everything else runs without"
    return Finding("display", "note", f"no display: {advice}")


def _sqlite() -> Finding:
    found = sqlite3.sqlite_version_info
    line_fix = next((fix for fix in _WAL_RESET_FIXED if fix[:2] == found[:2]), _WAL_RESET_FIXED[-1])
    version = f"SQLite {sqlite3.sqlite_version}"
    if found >= line_fix:
        return Finding("database", "ok", version)
    detail = "has the WAL-reset bug of two writers on one file; solidcell opens one writer per run"
    return Finding("database", "note", f"{version} {detail}. Let no other program write to a run")


def _disk(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        waits_ms = _sync_waits_ms(folder)
    except OSError as error:
        return Finding("disk", "problem", f"{folder}: {error}; choose another folder with --data")
    typical_ms = statistics.median(waits_ms)
    detail = f"{folder}: a synchronised write takes {typical_ms:.2g} ms (median of {len(waits_ms)})"
    if typical_ms < 0.02:
        return Finding("disk", "note", f"{detail}: suspiciously fast; a power cut may lose rows")
    return Finding("disk", "ok", detail)


def _sync_waits_ms(folder: Path, tries: int = 20) -> list[float]:
    waits_ms = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(tries):
            file.write(b"x" * 512)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            waits_ms.append((time.perf_counter() - began) * 1e3)
    return waits_ms


def _visa() -> Finding:
    import pyvisa

    try:
        manager = pyvisa.ResourceManager("@py")
    except (OSError, ValueError) as error:
        return Finding("VISA", "problem", str(error))
    manager.close()
    return Finding("VISA", "ok", f"pyvisa {pyvisa.__version__} with pyvisa-py")


def _serial_ports() -> Finding:
    from serial.tools import list_ports

    ports = [f"{port.device} ({port.description})" for port in list_ports.comports()]
    if not ports:
        return Finding("serial ports", "note", "none found; plug the instrument in, or use a twin")
    return Finding("serial ports", "ok", ", ".join(ports))


def _print_table(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table

    colour = {"ok": "green", "note": "yellow", "problem": "red"}
    table = Table("subject", "verdict", "detail", show_edge=False)
    for finding in findings:
        verdict = f"[{colour[finding.verdict]}]{finding.verdict}[/]"
        table.add_row(finding.subject, verdict, finding.detail)
    Console().print(table)
