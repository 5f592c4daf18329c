"""One channel of a Neware BTS server, over its TCP port."""

import tempfile
from pathlib import Path

from solidcell.drivers.neware import cycler
from solidcell.drivers.neware.job_folder import JobFolder
from solidcell.drivers.neware.ranges import ChannelRange
from solidcell.drivers.neware.requests import ChannelKey
from solidcell.drivers.simulated.faults import Kind
from solidcell.drivers.simulated.neware.server import NewareServer
from support.contracts.bench import SegmentContract
from support.contracts.segments import (
    CURRENT,
    CYCLE,
    REST,
    SWEEP,
    TOO_MUCH_CURRENT,
    TOO_MUCH_VOLTAGE,
    VOLTAGE,
)

JOBS = Path(tempfile.gettempdir()) / "solidcell-neware-contract"


def channel(wire, clock):
    JOBS.mkdir(exist_ok=True)
    return cycler.NewareChannel(
        wire,
        ChannelKey(21, 1, 1),
        ChannelRange(voltage_min_v=-5.0, voltage_max_v=5.0, current_max_a=0.1),
        JobFolder(JOBS, str(JOBS)),
        clock=clock,
    )


CONTRACT = SegmentContract(
    name="neware",
    module=cycler,
    twin=lambda rig: NewareServer(rig).session(),
    device=channel,
    serial="27-21-1-1-0",
    performs={"measure": REST, "galvanostatic": CURRENT, "potentiostatic": VOLTAGE},
    refuses={
        "ImpedanceSweep": SWEEP,
        "Voltammetry": CYCLE,
        "A": TOO_MUCH_CURRENT,
        "V": TOO_MUCH_VOLTAGE,
    },
    # a stream of TCP comes whole or not at all: no byte is lost in the middle of a number
    without=frozenset({Kind.BITTEN}),
)
