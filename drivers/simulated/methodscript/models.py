"""What differs between the MethodSCRIPT instruments: names, windows, ranges, resolution.

Windows, frequencies, amplitudes and current limits are the manual's; so are the codes of the
ranges. Serial numbers and build texts are this twin's own.

Unverified, so kept behind names or in one place:

* ``range_headroom``: how far beyond a range's nominal value a current is still measured.
* EmStat4/Nexus dac_lsb_v: full window divided by 2**16 (2**18 on Nexus).
* ``CURRENT_DAC_STEPS``: steps of the applied current per range, either way.
* ``frequency_min_hz``: lowest frequency of an impedance sweep.
* ``script_bytes_max``: size of the script memory.
"""

from dataclasses import dataclass
from typing import Final

CURRENT_DAC_STEPS: Final = 2**15
OFF, LOW_SPEED, HIGH_SPEED, GALVANOSTAT = 0, 2, 3, 6


@dataclass(frozen=True, slots=True)
class Range:
    """A measuring range: nominal full scale in A or V, and the byte that stands for it."""

    full_scale: float
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PotentialWindow:
    """What can be applied in one mode; ``span_v`` is what can be applied without re-ranging."""

    min_v: float
    max_v: float
    span_v: float
    dac_lsb_v: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One instrument of the family. ``windows`` is keyed by the mode of ``set_pgstat_mode``."""

    name: str
    firmware_id: str
    firmware: str
    script_version: str
    serial: str
    windows: dict[int, PotentialWindow]
    current_max_a: float
    current_ranges: dict[int, tuple[Range, ...]]
    range_headroom: float
    potential_ranges: tuple[Range, ...]
    channels: int
    frequency_min_hz: float
    frequency_max_hz: float
    amplitude_max_v: float
    prints_noise: bool
    script_bytes_max: int

    @property
    def is_galvanostat(self) -> bool:
        """Whether mode 6 and the galvanostatic loops exist."""
        return GALVANOSTAT in self.current_ranges


def _ranges(*pairs: tuple[float, int]) -> tuple[Range, ...]:
    return tuple(Range(full_scale, code) for full_scale, code in pairs)


_PICO_LOW = _ranges(
    (100e-9, 0),
    (2e-6, 1),
    (4e-6, 2),
    (8e-6, 3),
    (16e-6, 4),
    (32e-6, 5),
    (63e-6, 6),
    (125e-6, 7),
    (250e-6, 8),
    (500e-6, 9),
    (1e-3, 10),
    (5e-3, 11),
)
_PICO_HIGH = _ranges(
    (100e-9, 128),
    (1e-6, 129),
    (6e-6, 130),
    (13e-6, 131),
    (25e-6, 132),
    (50e-6, 133),
    (100e-6, 134),
    (200e-6, 135),
    (1e-3, 136),
    (5e-3, 137),
)
_EMSTAT4_COMMON = ((100e-9, 9), (1e-6, 12), (10e-6, 15), (100e-6, 18), (1e-3, 21), (10e-3, 24))
_EMSTAT4_LR = _ranges((1e-9, 3), (10e-9, 6), *_EMSTAT4_COMMON)
_EMSTAT4_HR = _ranges(*_EMSTAT4_COMMON, (100e-3, 27))
_EMSTAT4_POTENTIAL = _ranges((50e-3, 2), (100e-3, 3), (200e-3, 4), (500e-3, 5), (1.0, 6))
_NEXUS_PAIRS = (
    (1e-9, 0),
    (10e-9, 1),
    (100e-9, 2),
    (1e-6, 3),
    (10e-6, 4),
    (100e-6, 5),
    (1e-3, 8),
    (10e-3, 9),
    (100e-3, 10),
    (1.0, 11),
)
_NEXUS = _ranges((100e-12, 16), *_NEXUS_PAIRS)
_NEXUS_GALVANOSTAT = _ranges(*((full_scale, code + 32) for full_scale, code in _NEXUS_PAIRS))


def _full(limit_v: float, steps: int) -> dict[int, PotentialWindow]:
    window = PotentialWindow(
        min_v=-limit_v, max_v=limit_v, span_v=2 * limit_v, dac_lsb_v=2 * limit_v / steps
    )
    return {LOW_SPEED: window, HIGH_SPEED: window}


_PICO = Model(
    name="espico",
    firmware_id="espico",
    firmware="1306#Feb 03 2025 10:12:44",
    script_version="01.06.00",
    serial="ESPT24P0101",
    windows={
        LOW_SPEED: PotentialWindow(min_v=-1.25, max_v=2.0, span_v=2.2, dac_lsb_v=2.2 / 4095),
        HIGH_SPEED: PotentialWindow(min_v=-1.7, max_v=2.0, span_v=1.214, dac_lsb_v=1.214 / 3072),
    },
    current_max_a=3e-3,
    current_ranges={LOW_SPEED: _PICO_LOW, HIGH_SPEED: _PICO_HIGH},
    range_headroom=1.0,
    potential_ranges=_ranges((1.0, 2), (2.0, 3)),
    channels=2,
    frequency_min_hz=0.016,
    frequency_max_hz=200e3,
    amplitude_max_v=0.429,
    prints_noise=False,
    script_bytes_max=11_000,
)
_EMSTAT4_LR_MODEL = Model(
    name="es4_lr",
    firmware_id="es4_lr",
    firmware="1500#Mar 12 2026 14:28:01",
    script_version="01.09.00",
    serial="ES4LR24B0101",
    windows=_full(3.0, 2**16),
    current_max_a=30e-3,
    current_ranges={mode: _EMSTAT4_LR for mode in (LOW_SPEED, HIGH_SPEED, GALVANOSTAT)},
    range_headroom=3.0,
    potential_ranges=_EMSTAT4_POTENTIAL,
    channels=1,
    frequency_min_hz=1e-3,
    frequency_max_hz=200e3,
    amplitude_max_v=0.9,
    prints_noise=True,
    script_bytes_max=128_000,
)
_EMSTAT4_HR_MODEL = Model(
    name="es4_hr",
    firmware_id="es4_hr",
    firmware="1500#Mar 12 2026 14:28:01",
    script_version="01.09.00",
    serial="ES4HR24B0101",
    windows=_full(6.0, 2**16),
    current_max_a=200e-3,
    current_ranges={mode: _EMSTAT4_HR for mode in (LOW_SPEED, HIGH_SPEED, GALVANOSTAT)},
    range_headroom=2.0,
    potential_ranges=_EMSTAT4_POTENTIAL,
    channels=1,
    frequency_min_hz=1e-3,
    frequency_max_hz=200e3,
    amplitude_max_v=0.9,
    prints_noise=True,
    script_bytes_max=128_000,
)
_NEXUS_MODEL = Model(
    name="nexus",
    firmware_id="nexus1",
    firmware="1500#Mar 12 2026 14:28:01",
    script_version="01.09.00",
    serial="NEXUS24A0101",
    windows=_full(10.0, 2**18),
    current_max_a=1.0,
    current_ranges={LOW_SPEED: _NEXUS, HIGH_SPEED: _NEXUS, GALVANOSTAT: _NEXUS_GALVANOSTAT},
    range_headroom=1.0,
    potential_ranges=_ranges((1e-3, 3), (10e-3, 2), (100e-3, 1), (1.0, 0)),
    channels=1,
    frequency_min_hz=1e-5,
    frequency_max_hz=1e6,
    amplitude_max_v=0.3,
    prints_noise=True,
    script_bytes_max=128_000,
)
MODELS: Final = (_NEXUS_MODEL, _EMSTAT4_HR_MODEL, _EMSTAT4_LR_MODEL, _PICO)


def model_named(name: str) -> Model:
    """The model of that name; raises ``ValueError`` naming those there are."""
    for model in MODELS:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in MODELS)
    raise ValueError(f"no MethodSCRIPT instrument is called {name!r}; there are {known}")
