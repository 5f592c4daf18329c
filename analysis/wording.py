"""Numbers as a report prints them: significant digits from the error, units of the laboratory."""

import math

NOT_GIVEN = "not given"
_MOST_PLACES = 6


def number(value: float | None, unit: str = "", digits: int = 3) -> str:
    """A value to so many significant digits, without a power of ten where it reads better.

    >>> number(0.0612, "mA/cm²"), number(16700.0, "Ω"), number(None, "µm")
    ('0.0612 mA/cm²', '16700 Ω', 'not given')
    """
    if value is None or not math.isfinite(value):
        return NOT_GIVEN
    places = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:.{places}f}" if 0 <= places <= 6 else f"{value:.{digits}g}"
    if places < 0 and abs(value) < 1e6:
        text = f"{round(value, places):.0f}"
    return f"{text} {unit}".strip()


def with_error(value: float, error: float | None, unit: str = "") -> str:
    """A value and its standard error, both to the error's two digits.

    >>> with_error(27.3456, 0.0412, "Ω"), with_error(12.0, None, "Ω")
    ('27.346 ± 0.041 Ω', '12.0 Ω (error undetermined)')
    >>> with_error(6.02e-9, 2.1e-10, "F")
    '(6.02 ± 0.21)e-9 F'
    >>> with_error(2.2e6, 1.0e5), with_error(436499.0, 26067.0)
    ('(2.20 ± 0.10)e6', '436000 ± 26000')
    >>> with_error(0.999980812, 2.4e-7)
    '0.99998081 ± 0.00000024'
    """
    if error is None or not (math.isfinite(error) and error > 0):
        return f"{number(value, unit)} (error undetermined)"
    digits = 1 - math.floor(math.log10(error))
    places = max(0, digits)
    power = math.floor(math.log10(abs(value))) if value else 0
    if (places > _MOST_PLACES and power < -1) or power >= _MOST_PLACES:
        tenth = 10.0**power
        places = max(0, digits + power)
        return f"({value / tenth:.{places}f} ± {error / tenth:.{places}f})e{power} {unit}".strip()
    value, error = round(value, digits), round(error, digits)
    return f"{value:.{places}f} ± {error:.{places}f} {unit}".strip()


def duration(seconds: float | None) -> str:
    """A duration in the unit that reads best.

    >>> duration(90.0), duration(1800.0), duration(36_000.0)
    ('90 s', '30 min', '10 h')
    """
    if seconds is None:
        return NOT_GIVEN
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.3g} min" if seconds < 7200 else f"{seconds / 3600:.3g} h"


def frequency(hertz: float) -> str:
    """A frequency with its prefix.

    >>> frequency(1e6), frequency(200e3), frequency(0.1)
    ('1 MHz', '200 kHz', '0.1 Hz')
    """
    for size, prefix in ((1e6, "M"), (1e3, "k")):
        if hertz >= size:
            return f"{hertz / size:g} {prefix}Hz"
    return f"{hertz:g} Hz"
