"""The Solartron 1260 on a GPIB bus behind an adapter."""

from solidcell.drivers import solartron_1260
from solidcell.drivers.simulated.faults import Kind
from solidcell.drivers.simulated.solartron.fra import FraTwin, OnCell
from support.contracts.bench import SegmentContract
from support.contracts.segments import CURRENT, SWEEP, TOO_FAST
from support.gpib_bench import behind_adapter, line_link

CONTRACT = SegmentContract(
    name="solartron_1260",
    module=solartron_1260,
    twin=lambda rig: behind_adapter(rig.clock, FraTwin(OnCell(rig.front_end()), rig.clock), 4),
    device=lambda wire, clock: solartron_1260.Solartron1260(
        line_link(wire), clock, how=solartron_1260.FraSettings(integration_s=0.1)
    ),
    performs={"impedance": SWEEP},
    refuses={"galvanostat": CURRENT, "Hz": TOO_FAST},
    tells_output=False,  # it says its levels, not whether the generator runs
    without=frozenset({Kind.REPLACED}),  # it has no serial number
)
