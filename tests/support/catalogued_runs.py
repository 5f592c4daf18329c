"""Small run files in a data folder, and what a catalogue holds of them."""

import json
import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from solidcell.acquisition.catalogue.database import Catalogue
from solidcell.acquisition.catalogue.tables import CELL, RESULT, RUN
from solidcell.acquisition.record.writer import RunWriter
from support.runs import header

OF_THE_MOMENT = {"fingerprint"}
"""Columns that say when a file was looked at, and nothing of the run."""


def make_run(
    data_dir: Path,
    run_id: str,
    *,
    reason: str | None = "completed",
    readings: int = 3,
    **changes: Any,
) -> Path:
    """Record a short run; with ``reason`` ``None`` it has no end yet. Gives the run file."""
    path = data_dir / run_id / f"{run_id}.run.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    with RunWriter.create(path, header(run_id=run_id, **changes), group_commit_s=0.0) as writer:
        _fill(writer, 0, readings, reason)
    return path


def go_on(path: Path, *, readings: int = 2, reason: str | None = None) -> None:
    """Append a segment to a run that has not ended, and end it if a reason is given."""
    with RunWriter.append_to(path) as writer:
        _fill(writer, writer.last_seq, readings, reason)


def end_of_run(writer: RunWriter, at_s: float, reason: str) -> None:
    """Record how it ended."""
    writer.event(at_s, "made_safe", {"output": "off", "by": "worker"})
    writer.event(at_s, "run_ended", {"reason": reason, "detail": f"it was {reason}"})


def write_result(run_file: Path, passed_ma_cm2: float, made: str = "2026-01-03T00:00:00Z") -> None:
    """Put a report's result beside a run."""
    folder = run_file.parent / "report"
    folder.mkdir(exist_ok=True)
    told = {
        "kind": "critical_current",
        "critical_current": {
            "passed_ma_cm2": passed_ma_cm2,
            "failed_ma_cm2": passed_ma_cm2 + 0.5,
            "failure": "soft short",
            "evidence_grade": "B",
            "half_cycles": [{"number": 1}],
        },
        "impedance": [{"number": 0, "title": "initial"}],
        "provenance": {
            "run": run_file.parent.name,
            "SHA-256 of the run file": "ab" * 32,
            "analysed by": "solidcell 0.1.0",
            "report made": made,
        },
    }
    (folder / "result.json").write_text(json.dumps(told), encoding="utf-8")


def set_times(folder: Path, at_s: float) -> None:
    """Let the files of a folder have been written at this time, long ago."""
    for file in folder.rglob("*"):
        os.utime(file, (at_s, at_s))


def content(catalogue: Catalogue, apart: set[str] = OF_THE_MOMENT) -> dict[str, list[Any]]:
    """Every row of every table, in the order of their keys."""
    with catalogue.reading() as connection:
        return {
            table.name: [
                {name: value for name, value in row.items() if name not in apart}
                for row in connection.execute(
                    sa.select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in (CELL, RUN, RESULT)
        }


def _fill(writer: RunWriter, since: int, readings: int, reason: str | None) -> None:
    number = writer.segment(float(since), "Galvanostatic", "plate", {}, {})
    for k in range(readings):
        writer.reading(number, since + 0.1 * k, 0.1, 1e-3)
    sweep = writer.segment(since + 1.0, "ImpedanceSweep", "impedance", {}, {})
    writer.impedance_point(sweep, since + 1.0, 1e3, 10.0, -1.0)
    charge_c = (-1) ** since * 0.1 * (since + readings) / 3
    for ended, moved_c in ((number, charge_c), (sweep, 0.0)):
        body = {"number": ended, "end": "completed", "detail": "", "charge_c": moved_c}
        writer.event(since + 2.0, "segment_ended", body)
    if reason is not None:
        end_of_run(writer, since + 2.5, reason)
