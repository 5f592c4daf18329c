"""A whole run in a process of its own: ``python -m support.run_on_a_bad_disk RUN_FILE ORDERS``.

A hundred thousand readings of a resistor, each commit waited for every hundred of them; after the
first fifty the disk goes bad (``disk_faults``: ``$DISK_FAULTS`` is given the text ORDERS). Prints
how the run ended, and what was acknowledged, as JSON.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.worker.run_channel import run_channel
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.segments import Galvanostatic
from support.resistor_device import ResistorDevice
from support.runs import header

PLATE = Galvanostatic(
    current_a=1e-3, duration_s=1e5, voltage_min_v=-1.0, voltage_max_v=1.0, sample_period_s=1.0
)


def main() -> None:
    run_file, orders = Path(sys.argv[1]), sys.argv[2]
    clock = JumpClock()
    device = ResistorDevice(clock)
    writer = RunWriter.create(run_file, header(), group_commit_s=0.0)
    end, closing = None, ""

    def plan():
        yield Galvanostatic(**{**asdict(PLATE), "watch": lambda reading: watch(writer, reading)})
        return "all done"

    def watch(writer, reading):
        if reading.time_s == 50.0 and "DISK_FAULTS" in os.environ:
            Path(os.environ["DISK_FAULTS"]).write_text(orders, encoding="ascii")
        if reading.time_s % 100.0 == 0.0:
            writer.is_durable(within_s=10.0)

    try:
        with writer:
            limits = Limits.of("bench", {"voltage_max_v": 5.0})
            end = run_channel(plan(), device, writer, clock, limits, NoStop())
    except RecordError as error:
        closing = str(error)
    told = {
        "reason": end.reason.value,
        "detail": end.detail,
        "recorded": end.recorded,
        "safe": end.safe,
        "cell_closed": device.closed,
        "acknowledged": writer.acknowledged_seq,
        "closing": closing,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
