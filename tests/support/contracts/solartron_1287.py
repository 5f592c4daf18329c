"""The Solartron 1287 on a GPIB bus behind an adapter, stepped by the host."""

from dataclasses import replace

from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers import solartron_1287
from solidcell.drivers.simulated.faults import Kind
from solidcell.drivers.simulated.solartron.interface import InterfaceTwin
from support.contracts.bench import SegmentContract
from support.contracts.segments import (
    CYCLE,
    SOURCE_METER,
    SWEEP,
    TOO_MUCH_CURRENT,
    TOO_MUCH_VOLTAGE,
)
from support.gpib_bench import behind_adapter, line_link

CONTRACT = SegmentContract(
    name="solartron_1287",
    module=solartron_1287,
    twin=lambda rig: behind_adapter(rig.clock, InterfaceTwin(rig.front_end(), rig.clock), 6),
    device=lambda wire, clock: HostSequencer(
        solartron_1287.Solartron1287(
            line_link(wire, 6, identity_query=solartron_1287.IDENTITY_QUERY)
        ),
        clock,
    ),
    performs={**SOURCE_METER, "voltammetry": replace(CYCLE, scan_rate_v_per_s=0.005)},
    refuses={"impedance": SWEEP, "A": TOO_MUCH_CURRENT, "V": TOO_MUCH_VOLTAGE},
    without=frozenset({Kind.REPLACED}),  # it says nothing of itself
)
