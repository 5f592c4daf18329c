"""One run of ``record_faults.py`` in a process of its own; prints how it ended as JSON."""

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.runs import list_runs
from solidcell.acquisition.worker.run_channel import run_channel
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.readings import Reading
from solidcell.drivers.segments import Galvanostatic
from support.resistor_device import ResistorDevice
from support.runs import header
from support.small_disk import fill

PERIOD_S, BAD_AT, OVER_AT = 0.1, 20, 40
PLATE = Galvanostatic(
    current_a=1e-3,
    duration_s=10.0,
    voltage_min_v=-1.0,
    voltage_max_v=1.0,
    sample_period_s=PERIOD_S,
)


class Trial:
    """What happened when, by the monotonic clock."""

    def __init__(self, run_file: Path, orders: str) -> None:
        self.run_file, self.orders = run_file, orders
        self.device = ResistorDevice(SystemClock())
        self.device.distort = self.reading
        self.opened_s = self.cause_s = 0.0
        self.taken = 0

    def reading(self, reading: Reading) -> Reading:
        self.taken += 1
        if self.taken == BAD_AT:
            self.cause_s = time.monotonic()
            self.spoil()
        if self.taken == OVER_AT:
            self.cause_s = time.monotonic()
            return replace(reading, voltage_v=5.25)
        return reading

    def spoil(self) -> None:
        if self.orders == "fill":
            fill(self.run_file.parent)
        else:
            Path(os.environ["DISK_FAULTS"]).write_text(self.orders, encoding="ascii")

    def make_safe(self) -> None:
        self.opened_s = self.opened_s or time.monotonic()
        ResistorDevice.make_safe(self.device)

    def run(self) -> dict[str, object]:
        self.device.make_safe = self.make_safe
        limits = Limits.of("bench", {"voltage_max_v": 5.0})
        clock, stop = self.device.clock, NoStop()
        try:
            with RunWriter.create(self.run_file, header()) as writer:
                end = run_channel(_plan(), self.device, writer, clock, limits, stop)
        except RecordError:
            pass
        return self.summary(end.reason.value, writer.acknowledged_seq)

    def summary(self, reason: str, acknowledged_seq: int) -> dict[str, object]:
        data = self.run_file.parent.parent
        (state,) = (run for run in list_runs(data) if run.run_file == self.run_file)
        if self.orders != "fill":
            Path(os.environ["DISK_FAULTS"]).write_text("", encoding="ascii")
        with RunReader(self.run_file) as run:
            kept = [reading.seq for reading in run.readings()]
            others = [row.seq for row in (*run.segments(), *run.events())]
        missing = set(range(1, acknowledged_seq + 1)) - {*kept, *others}
        first = Path(os.environ["DISK_FAULTS"] + ".first")
        if self.taken < OVER_AT and first.exists():
            self.cause_s = float(first.read_text(encoding="ascii"))
        first.unlink(missing_ok=True)
        opened_after_s = self.opened_s - self.cause_s
        return {
            "opened_after_s": opened_after_s,
            "periods": opened_after_s / PERIOD_S,
            "state": state.state.value,
            "detail": state.detail,
            "taken": self.taken,
            "acknowledged": acknowledged_seq - sum(seq <= acknowledged_seq for seq in others),
            "found": len(kept),
            "lost": len(missing),
            "false": int("completed" in (reason, state.state.value)),
        }


def _plan():
    yield PLATE
    return "all done"


if __name__ == "__main__":
    print(json.dumps(Trial(Path(sys.argv[1]), sys.argv[2]).run()))
