"""A cell that remembers all that was ever read of it."""

from support.methodscript_bench import DebyeCell, Measured


class WatchedCell(DebyeCell):
    """150 ohm, slow enough to see time in its voltage."""

    def __init__(self) -> None:
        super().__init__(r1_ohm=100.0, c1_f=0.05, charged_v=0.05)
        self.measured: list[tuple[float, float, float]] = []
        self.impedances: list[tuple[float, complex]] = []

    @property
    def is_open(self) -> bool:
        """Whether nothing drives it."""
        return self.output == "open"

    @property
    def is_driven(self) -> bool:
        """Whether a current or a voltage is asked of it; 0 A at rest is not."""
        return not self.is_open and (self.output == "voltage" or self._level != 0)

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measured:
        """Read it, and remember what was read."""
        seen = super().measure(at_s, current_range_a)
        self.measured.append((at_s, seen.voltage_v, seen.current_a))
        return seen

    def impedance(self, at_s: float, frequency_hz: float, duration_s: float) -> complex:
        """Measure its impedance, and remember it."""
        z_ohm = super().impedance(at_s, frequency_hz, duration_s)
        self.impedances.append((frequency_hz, z_ohm))
        return z_ohm
