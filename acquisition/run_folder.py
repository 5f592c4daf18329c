"""The folder of one run: its run file, and the small files by which its processes are found."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where everything of one run lies. The folder is named after the run."""

    path: Path

    @classmethod
    def create(cls, data_dir: Path, channel: str, cell: str, now: datetime) -> Self:
        """Make the folder of a new run, with a name that no other run has.

        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as data_dir:
        ...     at = datetime(2026, 11, 21, 9, 0)
        ...     RunFolder.create(Path(data_dir), "A1", "LPSCl 7", at).run_id
        '2026-11-21T090000_A1_LPSCl-7'
        """
        data_dir.mkdir(parents=True, exist_ok=True)
        stem = "_".join([f"{now:%Y-%m-%dT%H%M%S}", _plain(channel), _plain(cell)])
        for number in count(1):
            path = data_dir / (stem if number == 1 else f"{stem}_{number}")
            try:
                path.mkdir()
            except FileExistsError:
                continue
            return cls(path)
        raise AssertionError("count is endless")

    @classmethod
    def of(cls, run_file: Path) -> Self:
        """The folder in which a run file lies."""
        return cls(run_file.resolve().parent)

    @property
    def run_id(self) -> str:
        """The name of the run."""
        return self.path.name

    @property
    def run_file(self) -> Path:
        """The record."""
        return self.path / f"{self.run_id}.run.sqlite"

    @property
    def job_file(self) -> Path:
        """What was asked for."""
        return self.path / "job.json"

    @property
    def worker_file(self) -> Path:
        """Which processes carry the run."""
        return self.path / "worker.json"

    @property
    def lease_file(self) -> Path:
        """What the worker has taken: its presence says that it may have touched the instrument."""
        return self.path / "lease.json"

    @property
    def failure_file(self) -> Path:
        """Why the run never began."""
        return self.path / "failed.json"

    @property
    def stop_file(self) -> Path:
        """A request to stop."""
        return self.path / "stop.json"

    @property
    def resume_file(self) -> Path:
        """An order to go on with the run after it broke off."""
        return self.path / "resume.json"

    @property
    def inbox(self) -> Path:
        """Where commands to the worker are left: pause, resume, skip."""
        return self.path / "inbox"

    @property
    def log_file(self) -> Path:
        """What the processes of the run printed."""
        return self.path / "worker.log"

    @property
    def report(self) -> Path:
        """Where reports about the run go."""
        return self.path / "report"


def _plain(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.]+", "-", name).strip("-.") or "unnamed"
