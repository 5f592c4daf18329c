"""A MethodSCRIPT potentiostat, as Nexus."""

from solidcell.drivers.methodscript import potentiostat
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from support.contracts.bench import SegmentContract
from support.contracts.segments import (
    SOURCE_METER,
    SWEEP,
    TOO_FAST,
    TOO_MUCH_CURRENT,
    TOO_MUCH_VOLTAGE,
)

CONTRACT = SegmentContract(
    name="methodscript",
    module=potentiostat,
    twin=lambda rig: MethodScriptTwin(rig.front_end(), rig.clock, model="nexus"),
    device=lambda wire, clock: potentiostat.MethodScriptPotentiostat(wire, clock=clock),
    serial="NEXUS24A0101",
    performs={**SOURCE_METER, "impedance": SWEEP},
    refuses={"Hz": TOO_FAST, "A": TOO_MUCH_CURRENT, "V": TOO_MUCH_VOLTAGE},
    tells_output=False,
)
