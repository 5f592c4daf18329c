"""``solidcell doctor``: is this machine fit to run a cell?"""

import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from .answer import AsJson, print_json
from .finding import Finding
from .storage_checks import storage_findings


def doctor(
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    disk: Annotated[
        bool, typer.Option("--disk", help="Measure the disk thoroughly, for some seconds.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Check whether this machine is fit to run a cell.

    Python, Qt, SQLite, the disk and the ports; says what to do about each problem.
    """
    from ..acquisition.session import default_data_dir

    folder = data or default_data_dir()
    looks: list[Callable[[], Finding]] = [_python, _qt, _display, _visa, _serial_ports]
    findings = [look() for look in looks]
    findings += _vendor_software()
    findings[3:3] = [*storage_findings(folder, thorough=disk), *_interrupted(folder)]
    if as_json:
        print_json({"findings": [asdict(finding) for finding in findings]})
    else:
        _print_table(findings)
    return int(any(finding.verdict == "problem" for finding in findings))


def _interrupted(folder: Path) -> list[Finding]:
    """Runs that broke off: a cell may be driven by nobody."""
    from ..acquisition.session import interrupted_runs

    found = interrupted_runs(folder) if folder.is_dir() else []
    if not found:
        return []
    unknown = sum(run.cell != "open" for run in found)
    detail = f"{len(found)} broke off, {unknown} with a cell that may be driven: solidcell recover"
    return [Finding("runs", "problem" if unknown else "note", detail)]


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


def _vendor_software() -> list[Finding]:
    """Software of makers whose instruments nothing else reaches; most benches need none of it."""
    from ..acquisition.instruments.vendor_libraries import vendor_software

    return [
        Finding(name, "ok", where or "not installed; only instruments of this maker need it")
        for name, where in vendor_software()
    ]


def _print_table(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table

    colour = {"ok": "green", "note": "yellow", "problem": "red"}
    table = Table("subject", "verdict", "detail", show_edge=False)
    for finding in findings:
        verdict = f"[{colour[finding.verdict]}]{finding.verdict}[/]"
        table.add_row(finding.subject, verdict, finding.detail)
    Console().print(table)
