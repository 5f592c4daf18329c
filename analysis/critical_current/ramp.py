"""A growing current: while it grows in one direction, the voltage of a sound cell grows with it."""

FALLEN_TO = 0.85


class RampTrace:
    """Watches one galvanodynamic ramp, stair by stair, without a pause between them.

    dV/dJ is the differential resistance of the cell and greater than 0. A path beside the
    electrolyte makes the voltage fall instead: an alarm is a run of readings below 0.85 of the
    highest voltage so far, at a current that is no lower.

    >>> ramp = RampTrace(consecutive=2)
    >>> [ramp.see(10.0 * n, 0.01 * n) for n in range(1, 5)]
    [None, None, None, None]
    >>> ramp.see(50.0, 0.02), ramp.see(60.0, 0.02)
    (None, '|V| fell to 20 mV at 6 mA/cm², from 40 mV at 4 mA/cm²')
    """

    def __init__(self, consecutive: int) -> None:
        self._consecutive = consecutive
        self._highest_v = self._at_a_m2 = 0.0
        self._fallen = 0

    def see(self, density_a_m2: float, voltage_v: float) -> str | None:
        """Take the magnitudes of one reading; a text is an alarm."""
        if voltage_v > self._highest_v:
            self._highest_v, self._at_a_m2 = voltage_v, density_a_m2
        has_fallen = voltage_v < FALLEN_TO * self._highest_v and density_a_m2 >= self._at_a_m2
        self._fallen = self._fallen + 1 if has_fallen else 0
        if self._fallen < self._consecutive:
            return None
        return (
            f"|V| fell to {1e3 * voltage_v:.3g} mV at {density_a_m2 / 10:.3g} mA/cm², from "
            f"{1e3 * self._highest_v:.3g} mV at {self._at_a_m2 / 10:.3g} mA/cm²"
        )
