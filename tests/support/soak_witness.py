"""Another program that reads a run while it goes on."""

import threading
from contextlib import suppress
from typing import Any

from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.runs import processes_of
from solidcell.acquisition.session import StartedRun


class Witness:
    """Another program that reads a run while it goes on, and remembers every row it saw."""

    def __init__(self, run: StartedRun) -> None:
        self.seen: dict[int, Any] = {}
        self._run_file = run.run_file
        self._folder = RunFolder.of(run.run_file)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="witness")
        self._thread.start()

    def works(self) -> bool:
        """Whether a worker lives."""
        worker, _ = processes_of(self._folder)
        return worker is not None and worker.is_alive()

    def is_supervised(self) -> bool:
        """Whether a supervisor lives: it is the last to go."""
        _, supervisor = processes_of(self._folder)
        return supervisor is not None and supervisor.is_alive()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        with RunReader(self._run_file) as run:
            since = 0
            while not self._stop.wait(0.1):
                with suppress(RecordError):
                    rows = [*run.readings(since), *run.impedance_points(since)]
                    self.seen |= {row.seq: row for row in rows}
                    since = max([since, *(row.seq for row in rows)])
