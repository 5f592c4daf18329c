"""What twins are wired to in the contract suite; it remembers all that was measured of it."""

from solidcell.drivers.clock import Clock
from solidcell.drivers.simulated.oven import SimulatedOven
from support.watched_cell import WatchedCell

STACK_PRESSURE_PA = 5.0e6


class WatchedOven(SimulatedOven):
    """An oven that remembers what its sensor read."""

    def __init__(self) -> None:
        super().__init__()
        self.seen_k: list[float] = []

    def temperature_k(self, at_s: float) -> float:
        seen_k = super().temperature_k(at_s)
        self.seen_k.append(seen_k)
        return seen_k


class WatchedRig:
    """What ``Rig`` offers a twin, with one cell of each kind that all its instruments share."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.seed = 0
        self.cell = WatchedCell()
        self.oven = WatchedOven()
        self.pressures_pa: list[float] = []

    def front_end(self, *_: object, **__: object) -> WatchedCell:
        return self.cell

    def stack_pressure_pa(self, at_s: float, cell: int = 0) -> float:
        self.pressures_pa.append(STACK_PRESSURE_PA)
        return STACK_PRESSURE_PA
