"""A bench whose runs begin and end as a test tells them to, without a process for any of them."""

import os
from pathlib import Path
from typing import Any

from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.lease import channel_lease, take_lease
from solidcell.acquisition.processes import ProcessId, boot_id, this_process
from solidcell.acquisition.queue import advance as advance_module
from solidcell.acquisition.queue.claim import accept
from solidcell.acquisition.queue.commands import enqueue, queues
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.starting.start import StartedRun, StartError
from support.runs import header
from support.settings_files import SMALL_BENCH, SMALL_CCD, SMALL_CELL, written

GONE = ProcessId(pid=this_process().pid, started_s=1.0, boot_id=boot_id())
"""A process that has ended: its number was given to this one since."""


class QueueBench:
    """One channel, its three files, and runs by hand. ``refusal`` is why no run begins."""

    def __init__(self, folder: Path, monkeypatch: Any) -> None:
        self.data_dir = folder / "runs"
        self.protocol = written(folder, "ccd.yaml", SMALL_CCD)
        self.bench = written(folder, "bench.toml", SMALL_BENCH)
        self.cell = written(folder, "pellet-7.yaml", SMALL_CELL)
        self.leases = folder / "leases"
        self.refusal = ""
        self.begun: list[RunFolder] = []
        monkeypatch.setattr(advance_module, "launch", self._launch)
        monkeypatch.setattr(advance_module, "wait_for_start", self._wait_for_start)

    def add(self, **changes: Any) -> Any:
        files: dict[str, Any] = {
            "protocol": self.protocol,
            "bench": self.bench,
            "cell": self.cell,
            "channel": "A1",
            "data_dir": self.data_dir,
            "operator": "ada",
            "leases": self.leases,
        }
        return enqueue(**(files | changes))

    def look(self) -> Any:
        (queue,) = queues(self.data_dir)
        return queue

    def waiting(self) -> list[str]:
        return [job.id for job in self.look().jobs]

    def end(self, reason: str = "completed", *, safe: bool = True, detail: str = "") -> str:
        """Let the latest run end, and its supervisor do what it does then; return what it says."""
        self.die(reason, safe=safe, detail=detail)
        return advance_module.after_run(self.begun[-1], leases=self.leases)

    def die(self, reason: str | None, *, safe: bool = True, detail: str = "") -> None:
        """Let the processes of the latest run end, the supervisor with all its duties undone."""
        folder = self.begun[-1]
        with RunWriter.append_to(folder.run_file) as writer:
            if safe:
                writer.event(1.0, "made_safe", {"output": "off", "by": "worker"})
            if reason is not None:
                writer.event(1.0, "run_ended", {"reason": reason, "detail": detail})
        self._processes(folder, GONE)

    def _launch(self, folder: RunFolder, command: Any) -> ProcessId:
        del command
        assert accept(folder)
        return this_process()

    def _wait_for_start(self, folder: RunFolder, supervisor: ProcessId, _: float) -> StartedRun:
        if self.refusal:
            self.take_channel(folder.run_id)  # a worker that has said so, and is yet to end
            write_json(folder.failure_file, {"error": self.refusal})
            raise StartError(self.refusal)
        self.write(folder)
        self._processes(folder, supervisor)
        self.begun.append(folder)
        return StartedRun(run_id=folder.run_id, run_file=folder.run_file, pid=supervisor.pid)

    def take_channel(self, run_id: str) -> Path:
        """Let another living process hold the channel for a run; return what says so."""
        name = channel_lease("A1", str(self.bench))
        before = set(self.leases.glob("*.json"))
        take_lease((name,), run_id, folder=self.leases).release()
        (lease,) = set(self.leases.glob("*.json")) - before or before
        holder = ProcessId.of(os.getppid()).as_json()
        write_json(lease, {"name": name, "run_id": run_id, **holder})
        return lease

    def write(self, folder: RunFolder) -> None:
        """Make the record of a run whose instrument has answered."""
        with RunWriter.create(folder.run_file, header(run_id=folder.run_id)) as writer:
            writer.event(0.0, "instrument", {})

    def _processes(self, folder: RunFolder, process: ProcessId) -> None:
        known = process.as_json()
        write_json(folder.worker_file, {"supervisor": known, "worker": known})
