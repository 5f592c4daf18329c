"""The Eurotherm 3200, whose frames carry a checksum and no text."""

from solidcell.drivers import eurotherm_3200
from solidcell.drivers.simulated.eurotherm_3200.twin import Eurotherm3200Twin
from solidcell.drivers.simulated.faults import Kind
from support.contracts.bench import OvenContract

CONTRACT = OvenContract(
    name="eurotherm_3200",
    module=eurotherm_3200,
    twin=lambda rig: Eurotherm3200Twin(rig.oven, rig.clock),
    device=lambda wire, clock: eurotherm_3200.Eurotherm3200(wire, clock=clock),
    speaks_in_lines=False,
    without=frozenset(
        {
            Kind.REPLACED,  # no register tells one controller from another of the same firmware
            Kind.WRONG_UNIT,  # these three change words, and a frame has none
            Kind.OVERFLOW,
            Kind.NOT_A_NUMBER,
        }
    ),
)
