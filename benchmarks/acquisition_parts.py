"""The parts of ``acquisition_figures.py``: what each runs, quick and in full, and its figures."""

import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from acquisition_notes import CHANNELS, SOAK

HERE = Path(__file__).parent
Row = tuple[str, str, str]
"""Figure, asked, measured."""


@dataclass(frozen=True)
class Part:
    """``quick`` and ``full`` are arguments of ``script``; in them and in ``keeps``, ``{kept}``
    stands for the folder of results. ``keeps`` lets a part that was broken off go on. ``read``
    gives the rows, from the file ``{kept}/<name>.json`` that the script writes.
    """

    name: str
    title: str
    script: str
    about: str
    quick: str
    full: str
    read: Callable[[Path], list[Row]]
    keeps: str = ""
    needs: str = ""

    def command(self, arguments: str) -> list[str]:
        """The command as a person would type it, without what it keeps."""
        script = ["-m", "pytest"] if self.script == "pytest" else [f"benchmarks/{self.script}"]
        return ["python", *script, *arguments.split()]

    def to_run(self, kept: Path, *, quick: bool) -> list[str]:
        """The command as it is run."""
        arguments = f"{self.quick if quick else self.full} {self.keeps}".split()
        script = [str(HERE / self.script)]
        if self.script == "pytest":
            script = ["-m", "pytest"]
        return [sys.executable, *script, *(each.format(kept=kept) for each in arguments)]


def rows_in(file: Path) -> list[Row]:
    """The rows that most scripts write."""
    return [tuple(row) for row in json.loads(file.read_text(encoding="utf-8"))["rows"]]


def rows_of_channels(file: Path) -> list[Row]:
    """The rows of ``acquisition_channels.py``."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from acquisition_channel_figures import Figures, rows

    return rows(Figures(**json.loads(file.read_text(encoding="utf-8"))))


def rows_of_stops(file: Path) -> list[Row]:
    """The emergency stops, from the lines that ``acquisition_emergency_stop.py`` keeps."""
    trials = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    told: list[Row] = []
    for driver in sorted({trial["driver"] for trial in trials}):
        took_ms = sorted(1e3 * trial["took_s"] for trial in trials if trial["driver"] == driver)
        last = len(took_ms) - 1
        parts = [took_ms[round(q * last)] for q in (0.5, 0.99, 1.0)]
        said = " / ".join(f"{part:.0f}" for part in parts)
        told.append((f"{driver}: from request to open cell", "p99 <= 100 ms", f"{said} ms"))
        told.append(("  of so many stops (p50/p99/max)", "", f"{len(took_ms)}"))
    return told


def rows_of_tests(file: Path) -> list[Row]:
    """The tests of the fault matrix, from what pytest writes."""
    suite = next(ElementTree.parse(file).getroot().iter("testsuite"))
    tests, bad = int(suite.attrib["tests"]), 0
    bad = sum(int(suite.attrib[name]) for name in ("failures", "errors"))
    cells = sum("no_fault_of_the_wire" in case.attrib["name"] for case in suite.iter("testcase"))
    return [
        ("cells of the matrix: fault, phase, driver", "", f"{cells}"),
        ("of these and of mixtures of faults, not green", "0", f"{bad} of {tests}"),
        ("time", "< 5 min", f"{float(suite.attrib['time']):.0f} s"),
    ]


PARTS = (
    Part(
        name="kills",
        title="1. kill -9",
        script="record_kill9.py",
        about="A whole run each time, on either instrument stack; the worker, its supervisor or "
        "both are killed, at a random moment or the instant the instrument has set its source.",
        quick="20",
        full="1000",
        keeps="--results {kept}/kills.jsonl --json {kept}/kills.json",
        read=rows_in,
    ),
    Part(
        name="stops",
        title="Emergency stop",
        script="acquisition_emergency_stop.py",
        about="From the request to the open cell, half of them asked from a fresh process.",
        quick="10",
        full="100",
        keeps="--results {kept}/stops.json",
        read=rows_of_stops,
    ),
    Part(
        name="cuts",
        title="2. Power cut",
        script="record_power_cut.py",
        about="A new ext4 disk in a file for each cut and program, side by side; the file copied "
        "while they write is what the device held.",
        quick="5",
        full="100",
        keeps="--results {kept}/cuts.jsonl --json {kept}/cuts.json",
        read=rows_in,
        needs="root",
    ),
    Part(
        name="disks",
        title="3. Disks that hang, fail and fill up",
        script="record_faults.py",
        about="How soon a limit acts, and whether the end is told as it was.",
        quick="5",
        full="30",
        keeps="--json {kept}/disks.json",
        read=rows_in,
        needs="root",
    ),
    Part(
        name="writer",
        title="4. What recording costs",
        script="record_writer.py",
        about="Each flush takes 10 ms, as on a spinning disk.",
        quick="10",
        full="10",
        keeps="--json {kept}/writer.json",
        read=rows_in,
        needs="Linux",
    ),
    Part(
        name="channels",
        title="5. Many channels at once",
        script="acquisition_channels.py",
        about=CHANNELS,
        quick="8 1",
        full="64 10",
        keeps="--json {kept}/channels.json",
        read=rows_of_channels,
    ),
    Part(
        name="soak",
        title="5. 72 hours of faults",
        script="acquisition_soak.py",
        about=SOAK,
        quick="2",
        full="72",
        keeps="--json {kept}/soak.json",
        read=rows_in,
        needs="Linux",
    ),
    Part(
        name="reattach",
        title="6. A run of a million rows in view again",
        script="acquisition_reattach.py",
        about="Its worker goes on adding rows. The window first draws an overview of it.",
        quick="--rows 100000 --times 3",
        full="--times 10",
        keeps="--json {kept}/reattach.json",
        read=rows_in,
    ),
    Part(
        name="windows",
        title="6. Windows killed",
        script="acquisition_window_kills.py",
        about="A run of ten readings a second, and windows that are killed while they show it.",
        quick="5",
        full="100",
        keeps="--json {kept}/windows.json",
        read=rows_in,
    ),
    Part(
        name="faults",
        title="7. Every fault of the wire, under every driver",
        script="pytest",
        about="No fault becomes a wrong reading or an unsafe cell.",
        quick="-q tests/drivers/test_faults.py",
        full="-q tests/drivers/test_faults.py",
        keeps="--junitxml={kept}/faults.json",
        read=rows_of_tests,
    ),
)


def why_not(part: Part) -> str:
    """Why a part cannot be run on this machine; empty if it can."""
    if part.needs and sys.platform != "linux":
        return "needs Linux"
    if part.needs == "root" and os.geteuid() != 0:
        return "needs root, for disks of its own"
    return ""


def machine() -> str:
    """What it was run on."""
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}, "
        f"{os.cpu_count()} cores"
    )
