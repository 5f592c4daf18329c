"""The second channel of a Keysight B2902A, whose lines go over a byte stream."""

from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers import keysight_b2900
from solidcell.drivers.simulated.keysight_b2900.twin import KeysightB2900Twin
from solidcell.drivers.simulated.open_terminals import OpenTerminals
from solidcell.drivers.visa_link import LineLink
from support.contracts.bench import SegmentContract
from support.contracts.segments import SOURCE_METER, SWEEP, TOO_MUCH_CURRENT, TOO_MUCH_VOLTAGE

CONTRACT = SegmentContract(
    name="keysight_b2900",
    module=keysight_b2900,
    twin=lambda rig: KeysightB2900Twin([OpenTerminals(), rig.front_end()], rig.clock, "B2902A"),
    device=lambda wire, clock: HostSequencer(
        keysight_b2900.KeysightB2900(LineLink(wire, timeout_s=2.0), channel=2), clock
    ),
    serial="MY51140123",
    performs=SOURCE_METER,
    refuses={"impedance": SWEEP, "A": TOO_MUCH_CURRENT, "V": TOO_MUCH_VOLTAGE},
)
