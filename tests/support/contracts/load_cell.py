"""A load cell whose indicator prints all the time."""

from solidcell.drivers import load_cell
from solidcell.drivers.simulated.faults import Kind
from solidcell.drivers.simulated.gauges import LOAD_CELL_PATTERN, PRESS_AREA_MM2, LoadCellTwin
from support.contracts.bench import GaugeContract

CONTRACT = GaugeContract(
    name="load_cell",
    module=load_cell,
    twin=lambda rig: LoadCellTwin(
        lambda at_s: rig.stack_pressure_pa(at_s) * PRESS_AREA_MM2 * 1e-6, rig.clock
    ),
    device=lambda wire, clock: load_cell.load_cell(
        wire, clock=clock, unit="N", pattern=LOAD_CELL_PATTERN, area_mm2=PRESS_AREA_MM2
    ),
    truth=lambda rig: rig.stack_pressure_pa(rig.clock.now_s()),
    resolution=0.05 / (PRESS_AREA_MM2 * 1e-6) * 1.01,
    without=frozenset({Kind.REPLACED}),  # one indicator prints as any other
)
