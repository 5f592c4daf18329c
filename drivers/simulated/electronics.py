"""How far the analog electronics of an instrument are from ideal."""

import math
from dataclasses import dataclass

import numpy as np

CURRENT_RANGES_A = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
OVERRANGE = 1.1  # where a converter saturates, in ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class Electronics:
    """Errors of a bench potentiostat; gains and offsets are drawn once per instrument within +-.

    Current errors other than the gain are relative to the range. ``bandwidth_hz`` is the pole
    that remains in impedance after the instrument's own correction. ``impedance_noise`` is the
    standard deviation of each of the two parts relative to the magnitude.
    """

    voltage_gain: float = 2e-4
    voltage_offset_v: float = 1e-4
    voltage_noise_v: float = 5e-5
    voltage_resolution_v: float = 1e-5
    current_gain: float = 2e-4
    current_offset: float = 2e-4
    current_noise: float = 2e-5
    current_bits: int = 18
    impedance_noise: float = 1e-3
    bandwidth_hz: float = 3e7
    input_ohm: float = 1e12
    lead_ohm: float = 0.05
    lead_h: float = 3e-7
    stray_f: float = 1e-11
    compliance_v: float = 10.0


TYPICAL = Electronics()
IDEAL = Electronics(
    voltage_gain=0,
    voltage_offset_v=0,
    voltage_noise_v=0,
    voltage_resolution_v=0,
    current_gain=0,
    current_offset=0,
    current_noise=0,
    current_bits=0,
    impedance_noise=0,
    bandwidth_hz=math.inf,
    input_ohm=math.inf,
    lead_ohm=0,
    lead_h=0,
    stray_f=0,
    compliance_v=math.inf,
)


def range_for(current_a: float) -> float:
    """Return the smallest range that holds a current; the largest if none does."""
    return next((full for full in CURRENT_RANGES_A if abs(current_a) <= full), CURRENT_RANGES_A[-1])


class Converters:
    """One specimen of the electronics: what it reads for a true value."""

    def __init__(self, electronics: Electronics, seed: int) -> None:
        specimen, noise = np.random.default_rng(seed).spawn(2)
        self.electronics = electronics
        self._noise = noise
        self._voltage_gain = 1 + electronics.voltage_gain * specimen.uniform(-1, 1)
        self._voltage_offset_v = electronics.voltage_offset_v * specimen.uniform(-1, 1)
        self._current_gain = 1 + electronics.current_gain * specimen.uniform(-1, 1)
        offsets = specimen.uniform(-1, 1, len(CURRENT_RANGES_A))
        self._offsets = dict(zip(CURRENT_RANGES_A, offsets.tolist(), strict=True))
        self._other_offset = specimen.uniform(-1, 1)

    def read_voltage(self, voltage_v: float) -> float:
        """Return the reading of a voltage."""
        noise_v = self.electronics.voltage_noise_v * self._noise.standard_normal()
        reading_v = voltage_v * self._voltage_gain + self._voltage_offset_v + noise_v
        return _rounded(reading_v, self.electronics.voltage_resolution_v)

    def read_current(self, current_a: float, range_a: float) -> tuple[float, bool]:
        """Return the reading of a current on a range, and whether it saturates there."""
        offset = self.electronics.current_offset * self._offsets.get(range_a, self._other_offset)
        noise = self.electronics.current_noise * self._noise.standard_normal()
        reading_a = current_a * self._current_gain + range_a * (offset + noise)
        bits = self.electronics.current_bits
        reading_a = _rounded(reading_a, 2 * range_a / 2**bits if bits else 0.0)
        most_a = OVERRANGE * range_a
        if abs(reading_a) <= most_a:
            return reading_a, False
        return math.copysign(most_a, reading_a), True

    def read_impedance(self, z_ohm: complex, frequency_hz: float) -> complex:
        """Return the reading of an impedance."""
        real, imaginary = self.electronics.impedance_noise * self._noise.standard_normal(2)
        gain = self._voltage_gain / self._current_gain
        pole = 1 + 1j * frequency_hz / self.electronics.bandwidth_hz
        return z_ohm * gain / pole + abs(z_ohm) * complex(real, imaginary)


def _rounded(value: float, step: float) -> float:
    return round(value / step) * step if step else value
