"""A front end without any error before a battery: a resistance, an emf, and a charge counter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    voltage_v: float
    current_a: float
    limited: bool


class OhmicCell:
    """A constant ``emf_v`` behind ``ohms``; ``charge_c`` counts what flowed into it."""

    def __init__(self, ohms: float, emf_v: float = 0.0) -> None:
        self.ohms, self.emf_v = ohms, emf_v
        self.charge_c = 0.0
        self.is_open = True
        self.read_on_range_a: float | None = None
        self._since_s = 0.0
        self._now = Measured(emf_v, 0.0, False)

    @property
    def current_a(self) -> float:
        """What flows into the cell at this moment."""
        return self._now.current_a

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        self._pass_time(at_s)
        self.is_open = False
        voltage_v = self.emf_v + current_a * self.ohms
        clamped_v = min(max(voltage_v, -voltage_limit_v), voltage_limit_v)
        self._now = Measured(
            clamped_v, (clamped_v - self.emf_v) / self.ohms, abs(voltage_v) > voltage_limit_v
        )

    def drive_voltage(self, at_s: float, voltage_v: float, current_limit_a: float) -> None:
        self._pass_time(at_s)
        self.is_open = False
        current_a = (voltage_v - self.emf_v) / self.ohms
        clamped_a = min(max(current_a, -current_limit_a), current_limit_a)
        self._now = Measured(
            self.emf_v + clamped_a * self.ohms, clamped_a, abs(current_a) > current_limit_a
        )

    def open(self, at_s: float) -> None:
        self._pass_time(at_s)
        self.is_open = True
        self._now = Measured(self.emf_v, 0.0, False)

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measured:
        self._pass_time(at_s)
        self.read_on_range_a = current_range_a
        return self._now

    def _pass_time(self, at_s: float) -> None:
        assert at_s >= self._since_s - 1e-9, "the twin went back in time"
        self.charge_c += self._now.current_a * (at_s - self._since_s)
        self._since_s = at_s
