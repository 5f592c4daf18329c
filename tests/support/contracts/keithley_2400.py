"""The Keithley 2400, whose lines go over a byte stream."""

from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers import keithley_2400
from solidcell.drivers.simulated.keithley_2400.twin import Keithley2400Twin
from solidcell.drivers.visa_link import LineLink
from support.contracts.bench import SegmentContract
from support.contracts.segments import SOURCE_METER, SWEEP, TOO_MUCH_CURRENT, TOO_MUCH_VOLTAGE

CONTRACT = SegmentContract(
    name="keithley_2400",
    module=keithley_2400,
    twin=lambda rig: Keithley2400Twin(rig.front_end(), rig.clock),
    device=lambda wire, clock: HostSequencer(
        keithley_2400.Keithley2400(LineLink(wire, timeout_s=2.0)), clock
    ),
    serial="01207317",
    performs=SOURCE_METER,
    refuses={"impedance": SWEEP, "A": TOO_MUCH_CURRENT, "V": TOO_MUCH_VOLTAGE},
)
