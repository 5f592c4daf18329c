"""The Solartron 1287 and 1260 behind one adapter, as one potentiostat that does everything."""

from solidcell.acquisition.instruments.combined import Combined
from solidcell.acquisition.instruments.roles import Role
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers import solartron_1287_1260
from solidcell.drivers.gpib_link import GpibLink
from solidcell.drivers.prologix_link import PrologixBus, PrologixPort, Station
from solidcell.drivers.simulated.faults import Kind
from solidcell.drivers.simulated.prologix import Instrument, PrologixTwin
from solidcell.drivers.simulated.solartron.fra import FraTwin
from solidcell.drivers.simulated.solartron.interface import BehindInterface, InterfaceTwin
from solidcell.drivers.solartron_1260 import FraSettings
from solidcell.drivers.solartron_1287 import IDENTITY_QUERY, Solartron1287
from support.contracts.bench import SegmentContract
from support.contracts.segments import (
    CURRENT,
    SWEEP,
    TOO_FAST,
    TOO_MUCH_CURRENT,
    TOO_MUCH_VOLTAGE,
)


def twins(rig):
    """The pair behind one adapter: the analyser at address 4, the interface at 6."""
    interface = InterfaceTwin(rig.front_end(), rig.clock)
    analyser = FraTwin(BehindInterface(interface), rig.clock)
    return PrologixTwin(rig.clock, {4: Instrument(analyser), 6: Instrument(interface)})


def pair_on(wire, clock, integration_s=0.1):
    """The pair's driver."""
    return _both(wire, clock, integration_s)[1]


def device(wire, clock):
    """Both, stepped and swept."""
    interface, analyser = _both(wire, clock, 0.1)
    return Combined(HostSequencer(interface, clock), analyser, role=Role.POTENTIOSTAT)


def _both(wire, clock, integration_s):
    bus = PrologixBus(wire)
    interface = Solartron1287(
        GpibLink(
            PrologixPort(bus, Station(primary=6)), timeout_s=2.0, identity_query=IDENTITY_QUERY
        )
    )
    analyser = solartron_1287_1260.SolartronPair(
        GpibLink(PrologixPort(bus, Station(primary=4)), timeout_s=2.0),
        interface,
        clock,
        how=FraSettings(integration_s=integration_s),
    )
    return interface, analyser


CONTRACT = SegmentContract(
    name="solartron_1287_1260",
    serial=" + ",  # neither has one
    module=solartron_1287_1260,
    twin=twins,
    device=device,
    performs={"galvanostatic": CURRENT, "impedance": SWEEP},  # the rest is the 1287's own
    refuses={"Hz": TOO_FAST, "A": TOO_MUCH_CURRENT, "V": TOO_MUCH_VOLTAGE},
    without=frozenset({Kind.REPLACED}),  # neither has a serial number
)
