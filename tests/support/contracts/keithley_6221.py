"""The Keithley 6221, whose lines go over a byte stream, with a 2182A on its serial port."""

from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers import keithley_6221
from solidcell.drivers.keithley_2182a import Relay
from solidcell.drivers.simulated.keithley_6221.twin import Keithley6221Twin
from solidcell.drivers.visa_link import LineLink
from support.contracts.bench import SegmentContract
from support.contracts.segments import CURRENT, REST, SWEEP, TOO_MUCH_CURRENT, TOO_MUCH_VOLTAGE


def pair(wire, clock):
    """The driver, both of whose instruments are reached over one wire."""
    link = LineLink(wire, timeout_s=2.0)
    return HostSequencer(keithley_6221.Keithley6221(link, Relay(link, clock), clock), clock)


CONTRACT = SegmentContract(
    name="keithley_6221",
    module=keithley_6221,
    twin=lambda rig: Keithley6221Twin(rig.front_end(), rig.clock),
    device=pair,
    serial="4559777",
    performs={"measure": REST, "galvanostatic": CURRENT},
    refuses={"impedance": SWEEP, "A": TOO_MUCH_CURRENT, "holds no voltage": TOO_MUCH_VOLTAGE},
)
