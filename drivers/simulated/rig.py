"""A simulated bench: cells, the oven that they stand in, and the instruments wired to them."""

import copy
import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from ..clock import Clock
from .cell_file import read_cell_file
from .electronics import TYPICAL, Electronics
from .front_end import NO_FAULTS, Faults, FrontEnd
from .oven import CELL_S, CellWarmth, SimulatedOven
from .simulated_cell import SimulatedCell
from .wiring import Wiring


class Rig:
    """What the twins of one bench share: cells and one oven, on one clock, in one process.

    Each cell starts at its own temperature and keeps it until the oven is used for the first
    time; from then on it follows the oven with the time constant ``cell_lag_s``, and temperature
    steps of its own no longer count. The oven's surroundings have the first cell's temperature.
    ``seed`` is that of the first instrument's electronics; each further one has the next.
    ``faults`` of the wiring are in front of every instrument.
    """

    def __init__(
        self,
        cells: Sequence[SimulatedCell],
        clock: Clock,
        *,
        seed: int = 0,
        faults: Faults = NO_FAULTS,
        cell_lag_s: float = CELL_S,
    ) -> None:
        if not cells:
            raise ValueError("a rig needs a cell")
        self.cells = tuple(cells)
        self.clock = clock
        self.oven = SimulatedOven(self.cells[0].temperature_k)
        self._seeds, self._faults = itertools.count(seed), faults
        self._wirings = tuple(
            Wiring(
                cell,
                strict=False,
                warmth=CellWarmth(self.oven, cell.temperature_k, cell_lag_s),
            )
            for cell in self.cells
        )

    def counted_from(self, cell: int) -> Self:
        """Return the same rig as seen by somebody for whom ``cell`` is the first one.

        Raises ``ValueError`` if there is no such cell.
        """
        self._require(cell)
        other = copy.copy(self)
        other.cells, other._wirings = self.cells[cell:], self._wirings[cell:]
        return other

    def front_end(
        self, electronics: Electronics = TYPICAL, *, cell: int = 0, four_wire: bool = True
    ) -> FrontEnd:
        """Connect one more instrument to the terminals of a cell (numbered from 0).

        While all others are open it alone drives. Raises ``ValueError`` if there is no such cell.
        """
        self._require(cell)
        return FrontEnd(
            self.cells[cell],
            electronics,
            seed=next(self._seeds),
            four_wire=four_wire,
            faults=self._faults,
            wiring=self._wirings[cell],
        )

    def stack_pressure_pa(self, at_s: float, cell: int = 0) -> float:
        """Let a cell live until ``at_s`` and return the true pressure on its stack."""
        self._require(cell)
        self._wirings[cell].live_until(at_s)
        return self.cells[cell].stack_pressure_pa

    def working_vs_reference_v(self, at_s: float, cell: int = 0) -> float:
        """Let a cell live until ``at_s`` and return its working electrode against its reference.

        NaN for a sort of cell that has no reference electrode.
        """
        self._require(cell)
        self._wirings[cell].live_until(at_s)
        return float(getattr(self.cells[cell], "working_vs_reference_v", math.nan))

    def write_truth(self, path: Path) -> None:
        """Write the hidden truth of every cell, now and from now on, as JSON lines.

        The first cell's goes to ``path``, those of others to files beside it: NAME-1.EXT, …
        """
        for number, cell in enumerate(self.cells):
            name = f"{path.stem}-{number}{path.suffix}" if number else path.name
            cell.truth.write_to(path.with_name(name))

    def _require(self, cell: int) -> None:
        if not 0 <= cell < len(self.cells):
            raise ValueError(f"cell {cell} is not there: 0 to {len(self.cells) - 1}")


def load_rig(
    cell_file: str | Path, clock: Clock, *, seed: int | None = None, cells: int = 1
) -> Rig:
    """Return a rig with ``cells`` cells of a file (or a packaged name) and its wiring's faults.

    ``seed`` replaces the file's; the second cell has the next seed, and so on. Raises
    ``CellFileError``.
    """
    file = read_cell_file(cell_file)
    first = file.seed if seed is None else seed
    made = [file.cell(first + number) for number in range(cells)]
    return Rig(made, clock, seed=first, faults=file.wiring_faults())
