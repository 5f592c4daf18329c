"""Numbers as a report prints them: significant digits from the error, units of the laboratory."""

import math
from typing import TypeGuard

NOT_GIVEN = "not given"
_MOST_PLACES = 6
_ROUNDING = 1e-12


def number(value: float | None, unit: str = "", digits: int = 3) -> str:
    """A value to so many significant digits, without a power of ten where it reads better.

    >>> number(0.0612, "mA/cm²"), number(16700.0, "Ω"), number(None, "µm")
    ('0.0612 mA/cm²', '16700 Ω', 'not given')
    """
    if value is None or not math.isfinite(value):
        return NOT_GIVEN
    places = digits - 1 - _power(value) if value else 0
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
    >>> with_error(3e-12, 4.4e-9, "S"), with_error(188.5602048240254, 2e-14, "mAh/g")
    ('(0.0 ± 4.4)e-9 S', '188.6 mAh/g (error undetermined)')
    """
    if not tells_digits(error, value):
        return f"{number(value, unit, 3 if error is None else 4)} (error undetermined)"
    digits = 1 - _power(float(f"{error:.1e}"))
    places = max(0, digits)
    power = max(_power(value), _power(error)) if value else _power(error)
    if (places > _MOST_PLACES and power < -1) or power >= _MOST_PLACES:
        tenth = 10.0**power
        places = max(0, digits + power)
        value, error = round(value / tenth, places) + 0.0, error / tenth
        return f"({value:.{places}f} ± {error:.{places}f})e{power} {unit}".strip()
    value, error = round(value, digits) + 0.0, round(error, digits)
    return f"{value:.{places}f} ± {error:.{places}f} {unit}".strip()


def tells_digits(error: float | None, value: float) -> TypeGuard[float]:
    """Whether an error says to how many digits a value is known: 0 does not, nor what a sum rounds.

    >>> tells_digits(0.02, 188.56), tells_digits(2e-14, 188.56), tells_digits(0.0, 188.56)
    (True, False, False)
    """
    return error is not None and math.isfinite(error) and error > _ROUNDING * abs(value)


def interval_end(end: float, value: float, error: float | None) -> str:
    """An end of the value's interval: to the error's first digit, and to four digits at least.

    >>> interval_end(0.99998033, 0.99998081, 2.4e-7), interval_end(5.1588e-9, 5.018e-9, 7.1e-11)
    ('0.9999803', '5.159e-09')
    >>> interval_end(-2e-17, 12.0, 6.1), interval_end(188.5602048240254, 188.56, 2e-14)
    ('0', '188.6')
    """
    if not tells_digits(error, value):
        return f"{end:.4g}"
    if abs(end) < _ROUNDING * error:
        return "0"
    return f"{end:.{max(4, _power(end) - _power(error) + 1)}g}"


def _power(value: float) -> int:
    """The power of ten of the first digit."""
    return math.floor(math.log10(abs(value)))


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
