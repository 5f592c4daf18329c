"""A Julabo bath, whose lines carry neither a checksum nor the question."""

from solidcell.drivers import julabo
from solidcell.drivers.simulated.faults import Kind
from solidcell.drivers.simulated.julabo_twin import JulaboTwin
from support.contracts.bench import OvenContract

CONTRACT = OvenContract(
    name="julabo",
    module=julabo,
    twin=lambda rig: JulaboTwin(rig.oven, rig.clock),
    device=lambda wire, clock: julabo.Julabo(wire, clock=clock),
    too_hot_k=550.0,
    without=frozenset({Kind.REPLACED}),  # a bath of the same model and version says the same
)
