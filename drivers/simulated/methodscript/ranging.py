"""Measuring ranges: which one is in use, and what its metadata says of a value.

Unverified, so kept behind names or in one place:

* ``UNDERLOAD_BELOW``: fraction of a range below which a current counts as underload.
* ``WARNING_ABOVE``: fraction of a range's limit above which an overload is warned of.
* ``AUTORANGE_DOWN_BELOW``: fraction of the next lower range at which ranging steps down.
* ``NOISE``: metadata 4 is always 0.
* galvanostatic ranges: the applied current decides the range of the measured one.
"""

from .models import CURRENT_DAC_STEPS, GALVANOSTAT, LOW_SPEED, Model, Range

TIMING, OVERLOAD, UNDERLOAD, OVERLOAD_WARNING = 1, 2, 4, 8
UNDERLOAD_BELOW = 0.01
WARNING_ABOVE = 0.95
AUTORANGE_DOWN_BELOW = 0.8
NOISE = ",40"

RANGE_TYPE, OUT_OF_BOUNDS = 0x0084, 0x4205
TOLERANCE = 1 + 1e-9  # a literal such as 3m is not exact in binary


class RunError(Exception):
    """An error while a script runs; ends the script and leaves the cell as it is."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code:04X}")
        self.code = code


class Ranging:
    """The ranges of one channel: fixed, or following the measured current between two."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.select(LOW_SPEED)

    def select(self, mode: int) -> None:
        """Take the ranges of a mode, and forget what was set for another."""
        self._mode = mode
        known = self._model.current_ranges
        self._ranges = known.get(mode, known[LOW_SPEED])
        self.forget()

    def forget(self) -> None:
        """Back to the largest ranges, as at the start of a script."""
        self._index = len(self._ranges) - 1
        self._follow: tuple[int, int] | None = None
        self._applied = self._ranges[-1]
        self._potential_code = self._model.potential_ranges[-1].code
        self.measures_voltage = False
        self.measures_current = False

    def _fitting(self, magnitude_a: float) -> int:
        """Index of the smallest range that holds a current; the largest if none does."""
        for index, candidate in enumerate(self._ranges):
            if magnitude_a <= self._limit_a(candidate) * TOLERANCE:
                return index
        return len(self._ranges) - 1

    def _limit_a(self, chosen: Range) -> float:
        return chosen.full_scale * self._model.range_headroom

    def follow(self, vartype: str, low: float, high: float) -> None:
        """``set_autoranging``; with equal limits also ``set_range``."""
        low, high = abs(low), abs(high)
        if low > high:
            raise RunError(OUT_OF_BOUNDS)
        if vartype == "ba":
            self.measures_current = True
            if self._mode == GALVANOSTAT:
                return
            lowest, highest = self._fitting(low), self._fitting(high)
            self._index = min(max(self._index, lowest), highest)
            self._follow = (lowest, highest)
        elif vartype == "db":
            self._applied = self._ranges[self._fitting(high)]
            if self._mode == GALVANOSTAT:
                self._index = self._fitting(high)
        elif vartype == "ab":
            self.measures_voltage = True
            self._potential_code = self._potential_range(high).code
        elif vartype != "da":
            raise RunError(RANGE_TYPE)

    def _potential_range(self, value_v: float) -> Range:
        for candidate in self._model.potential_ranges:
            if value_v <= candidate.full_scale:
                return candidate
        return self._model.potential_ranges[-1]

    @property
    def span_a(self) -> float:
        """Largest current of the range in use."""
        return self._limit_a(self._ranges[self._index])

    def step_up(self, current_a: float) -> bool:
        """Take the next larger range if the current asks for it and ranging may."""
        if self._follow is None or abs(current_a) <= self.span_a * WARNING_ABOVE:
            return False
        if self._index >= self._follow[1]:
            return False
        self._index += 1
        return True

    def step_down(self, current_a: float) -> None:
        """Take the next smaller range, for the next reading, if the current fits it well."""
        if self._follow is None or self._index <= self._follow[0]:
            return
        if abs(current_a) < AUTORANGE_DOWN_BELOW * self._limit_a(self._ranges[self._index - 1]):
            self._index -= 1

    @property
    def applied_limit_a(self) -> float:
        """Largest current that can be applied in the range set for it (db)."""
        return min(self._limit_a(self._applied), self._model.current_max_a)

    @property
    def applied_lsb_a(self) -> float:
        """Step of the applied current in that range."""
        return self._limit_a(self._applied) / CURRENT_DAC_STEPS

    def current_status(self, current_a: float, status: int) -> tuple[int, str]:
        """Status of a current in the range in use, and the metadata to print with it."""
        return self._judged(current_a, self._ranges[self._index], status)

    def impedance_status(self, peak_a: float, status: int) -> tuple[int, str]:
        """The same for the peak of an alternating current, in the range it would be given."""
        index = self._index
        if self._follow is not None:
            index = min(
                max(self._fitting(peak_a / WARNING_ABOVE), self._follow[0]), self._follow[1]
            )
        return self._judged(peak_a, self._ranges[index], status)

    def _judged(self, current_a: float, chosen: Range, status: int) -> tuple[int, str]:
        load = abs(current_a) / self._limit_a(chosen)
        if load > TOLERANCE:
            status |= OVERLOAD
        elif load > WARNING_ABOVE:
            status |= OVERLOAD_WARNING
        elif abs(current_a) < UNDERLOAD_BELOW * chosen.full_scale:
            status |= UNDERLOAD
        return status, self._metadata(status, chosen.code)

    def voltage_metadata(self, status: int) -> str:
        """Metadata of a measured potential."""
        return self._metadata(status, self._potential_code)

    def _metadata(self, status: int, code: int) -> str:
        return f",1{status:X},2{code:02X}{NOISE if self._model.prints_noise else ''}"
