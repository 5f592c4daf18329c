"""A Zahner Zennium through Thales, as one potentiostat that does everything."""

from dataclasses import replace

from solidcell.acquisition.instruments.combined import Combined
from solidcell.acquisition.instruments.roles import Role
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers import zahner_zennium
from solidcell.drivers.simulated.zahner_zennium import SERIAL, ZenniumTwin
from solidcell.drivers.thales_link import ThalesLink
from solidcell.drivers.zahner_zennium_impedance import ZenniumImpedance, ZenniumSettings
from support.contracts.bench import SegmentContract
from support.contracts.segments import (
    CURRENT,
    CYCLE,
    REST,
    SWEEP,
    TOO_FAST,
    TOO_MUCH_CURRENT,
    TOO_MUCH_VOLTAGE,
    VOLTAGE,
)


class Whole(Combined):
    """Says its serial number once, as its twin knows it."""

    @property
    def identity(self):
        return self.devices[0].identity


def device(wire, clock, integration_s=0.1):
    """Stepped and swept over one connection."""
    remote = zahner_zennium.Remote2(ThalesLink(wire, timeout_s=2.0))
    source = HostSequencer(zahner_zennium.ZahnerZennium(remote, clock), clock)
    how = ZenniumSettings(integration_s=integration_s)
    return Whole(source, ZenniumImpedance(remote, clock, how=how), role=Role.POTENTIOSTAT)


CONTRACT = SegmentContract(
    name="zahner_zennium",
    module=zahner_zennium,
    twin=lambda rig: ZenniumTwin(rig.front_end(), rig.clock),
    device=device,
    serial=SERIAL,
    speaks_in_lines=False,
    performs={
        "rest": REST,
        "galvanostatic": CURRENT,
        "potentiostatic": VOLTAGE,
        "voltammetry": replace(CYCLE, scan_rate_v_per_s=2e-3),  # a reading takes its time
        "impedance": SWEEP,
    },
    refuses={"Hz": TOO_FAST, "A": TOO_MUCH_CURRENT, "V": TOO_MUCH_VOLTAGE},
)
