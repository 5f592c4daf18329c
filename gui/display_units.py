"""SI to the units of the laboratory, at the very edge: only what is shown passes through here."""

import math
from typing import Final

from ..analysis.wording import tells_digits, with_error

MA_CM2_PER_A_M2: Final = 0.1
OHM_CM2_PER_OHM_M2: Final = 1e4
ZERO_CELSIUS_K: Final = 273.15
ABSENT: Final = "—"


def clock_text(seconds: float | None) -> str:
    """A duration as a clock shows it; a dash where it is not known.

    >>> clock_text(70733.4), clock_text(95_400.0), clock_text(None)
    ('19:38:53', '1 d 02:30:00', '—')
    """
    if seconds is None or not math.isfinite(seconds):
        return ABSENT
    minutes, second = divmod(max(0, math.floor(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    clock = f"{hour:02d}:{minute:02d}:{second:02d}"
    return f"{days} d {clock}" if days else clock


_HOURS_UP_TO = 200


def duration_text(seconds: float | None) -> str:
    """A duration in words, for reading once.

    >>> duration_text(45.0), duration_text(5400.0), duration_text(70_733.0)
    ('45 s', '1 h 30 min', '19 h 38 min')
    >>> duration_text(3_845_340.0)
    '44 d 12 h'
    """
    if seconds is None or not math.isfinite(seconds):
        return ABSENT
    if seconds < 120:
        return f"{seconds:.3g} s"
    hours, minutes = divmod(int(seconds // 60), 60)
    if hours >= _HOURS_UP_TO:
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def celsius_text(kelvin: float) -> str:
    """A temperature as a legend shows it.

    >>> celsius_text(213.35), celsius_text(298.15)
    ('−59.8 °C', '25 °C')
    """
    return f"{round(kelvin - ZERO_CELSIUS_K, 1):g} °C".replace("-", "−")


def time_axis(span_s: float) -> tuple[str, float]:
    """The unit that suits an axis of this length, and seconds per unit.

    >>> time_axis(60.0), time_axis(5000.0), time_axis(70_000.0)
    (('s', 1.0), ('min', 60.0), ('h', 3600.0))
    """
    if span_s < 300:
        return "s", 1.0
    return ("min", 60.0) if span_s < 3 * 3600 else ("h", 3600.0)


def number_text(value: float | None, unit: str = "", digits: int = 3) -> str:
    """A value to so many significant digits.

    >>> number_text(61.9853, "Ω cm²"), number_text(20480.0, "Ω"), number_text(None)
    ('62.0 Ω cm²', '20480 Ω', '—')
    """
    if value is None or not math.isfinite(value):
        return ABSENT
    places = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:.{max(0, places)}f}" if places <= 6 else f"{value:.{digits}g}"
    return f"{text} {unit}".strip()


def with_error_text(value: float, error: float | None, unit: str = "") -> str:
    """A value and its standard error, to the error's two digits.

    >>> with_error_text(27.3456, 0.0412, "Ω cm²"), with_error_text(12.0, None, "Ω cm²")
    ('27.346 ± 0.041 Ω cm²', '12.0 Ω cm², error undetermined')
    >>> with_error_text(150268.0, 536252.0, "Ω")
    '150000 ± 540000 Ω'
    """
    if not tells_digits(error, value):
        return f"{number_text(value, unit)}, error undetermined"
    return with_error(value, error, unit)
