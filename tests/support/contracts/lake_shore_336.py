"""A Lake Shore 336, asked in lines that carry no checksum."""

from solidcell.drivers import lake_shore_336
from solidcell.drivers.simulated.lake_shore_twin import lake_shore_twin
from solidcell.drivers.visa_link import LineLink
from support.contracts.bench import OvenContract

CONTRACT = OvenContract(
    name="lake_shore_336",
    module=lake_shore_336,
    twin=lambda rig: lake_shore_twin(rig.oven, rig.clock),
    device=lambda wire, clock: lake_shore_336.LakeShore336(LineLink(wire)),
    serial="336A1B2",
)
