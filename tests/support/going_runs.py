"""Runs that are under way as far as anybody can see: this very process is their worker."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocols import build_plan, load_protocol
from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.preview.preview import HealthyJudge, PlannedSegment, preview
from solidcell.acquisition.processes import this_process
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.starting.job import Job, write_job
from support.runs import header

EXAMPLES = Path(__file__).parents[2] / "acquisition" / "examples"
GONE = {"pid": 4_000_000, "started_s": 0.0, "boot_id": "an earlier boot"}


def planned_test() -> tuple[PlannedSegment, ...]:
    """The segments of the example of a critical-current test, on a healthy cell."""
    protocol = load_protocol(EXAMPLES / "ccd_lpscl.yaml")
    cell = load_cell(EXAMPLES / "cell_lpscl.yaml")
    return preview(build_plan(protocol, cell, HealthyJudge()), cell.electrode_area_m2).segments


class GoingRun:
    """Writes a run as a worker would, as fast as it is told to."""

    def __init__(
        self, data_dir: Path, channel: str, *, cell: str = "pellet-7", began: str = "120000"
    ) -> None:
        self.folder = RunFolder(data_dir / f"2026-01-01T{began}_{channel}_{cell}")
        self.folder.path.mkdir(parents=True)
        self.run_file = self.folder.run_file
        asked = Job(
            run_id=self.folder.run_id,
            channel=channel,
            protocol="p.yaml",
            bench="b.toml",
            cell="c.yaml",
            operator="ada",
        )
        write_job(self.folder.job_file, asked)
        self.carried_by(this_process().as_json())
        self.elapsed_s = 0.0
        self._number = -1
        self.writer = RunWriter.create(self.run_file, self._header(channel, cell))
        self.note("run_started")

    def carried_by(self, process: dict[str, Any] | None) -> None:
        """Say which process is the worker; ``GONE`` or ``None``: it is not there any more."""
        write_json(self.folder.worker_file, {"supervisor": process, "worker": process})

    def note(self, kind: str, **body: Any) -> None:
        """Record an event, and make it durable."""
        self.writer.event(self.elapsed_s, kind, body)
        self.writer.commit()

    def begin(
        self, name: str = "plate", kind: str = "Galvanostatic", **settings_and_tags: Any
    ) -> int:
        """Begin a segment; ``tags`` among the settings are its tags."""
        tags = settings_and_tags.pop("tags", {})
        settings = {"sample_period_s": 0.1, **settings_and_tags}
        self._number = self.writer.segment(self.elapsed_s, kind, name, settings, tags)
        self.writer.commit()
        return self._number

    def measure(
        self, voltages_v: Iterable[float], current_a: float = 1e-3, every_s: float = 0.1
    ) -> None:
        """Record readings of the segment that was begun last."""
        for voltage_v in voltages_v:
            self.elapsed_s = round(self.elapsed_s + every_s, 6)
            self.writer.reading(self._number, self.elapsed_s, voltage_v, current_a, 298.15)
        self.writer.commit()

    def end_segment(self, charge_c: float, end: str = "completed") -> None:
        """Record the end of the segment."""
        self.note("segment_ended", number=self._number, end=end, detail="", charge_c=charge_c)

    def end(self, reason: str = "completed", detail: str = "", *, safe: bool = True) -> None:
        """Record the end of the run, and let its worker be gone."""
        if safe:
            self.note("made_safe", output="off", by="worker")
        self.note("run_ended", reason=reason, detail=detail)
        self.close()
        self.carried_by(GONE)

    def close(self) -> None:
        """Release the file. May be called twice."""
        self.writer.close()

    def _header(self, channel: str, cell: str) -> Any:
        return header(
            run_id=self.folder.run_id,
            channel=channel,
            cell={"name": cell, "electrode_area_m2": 7.85e-5, "electrolyte": "LPSCl"},
            cell_text=(EXAMPLES / "cell_lpscl.yaml").read_text(encoding="utf-8"),
            protocol={"protocol": "critical_current", "name": "CCD of LPSCl"},
            protocol_text=(EXAMPLES / "ccd_lpscl.yaml").read_text(encoding="utf-8"),
            bench={"driver": "methodscript", "address": "/dev/ttyACM0"},
        )


def polarisation(count: int, from_s: float = 0.0, ohmic_v: float = 0.05) -> list[float]:
    """Voltages of a cell that polarises slowly, for something to look at."""
    return [ohmic_v * (1 + 0.5 * (1 - math.exp(-(from_s + 0.1 * n) / 300.0))) for n in range(count)]
