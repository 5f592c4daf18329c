"""One channel of a Maccor system, stepped by the host."""

from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers import maccor
from solidcell.drivers.maccor_models import ChannelRange
from solidcell.drivers.simulated.faults import Kind
from solidcell.drivers.simulated.maccor import SYSTEM, MaccorSystem
from support.contracts.bench import SegmentContract
from support.contracts.segments import CURRENT, REST, SWEEP, TOO_MUCH_CURRENT, VOLTAGE

RANGE = ChannelRange(voltage_min_v=-5.0, voltage_max_v=5.0, ranges_a=(150e-6, 5e-3, 150e-3, 5.0))

CONTRACT = SegmentContract(
    name="maccor",
    module=maccor,
    twin=lambda rig: MaccorSystem(rig).session(),
    device=lambda wire, clock: HostSequencer(
        maccor.MaccorChannel(wire, 1, RANGE, clock=clock), clock
    ),
    serial=SYSTEM,
    performs={"measure": REST, "galvanostatic": CURRENT},
    refuses={"impedance": SWEEP, "no voltage": VOLTAGE, "A": TOO_MUCH_CURRENT},
    # a stream of TCP comes whole or not at all: no byte is lost in the middle of a number
    without=frozenset({Kind.BITTEN}),
)
