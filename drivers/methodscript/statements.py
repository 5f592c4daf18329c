"""Groups of MethodSCRIPT statements that several scripts share.

Source: PalmSens MethodSCRIPT, "script commands".
"""

from decimal import ROUND_CEILING, ROUND_FLOOR

from .models import Model
from .numbers import si_number
from .readings import Trip

BANDWIDTH_PER_SAMPLE = 6.0
# a range just as large as a limit would saturate there, and the limit could not be seen exceeded
RANGE_HEADROOM = 1.25

VARIABLES = ("var t", "var p", "var c")
FINALLY = ("on_finished:", "cell_off")


def mode(number: int) -> tuple[str, ...]:
    """Main channel, and the mode that the rest of the script needs."""
    return ("set_pgstat_chan 0", f"set_pgstat_mode {number}")


def bandwidth(period_s: float) -> tuple[str, ...]:
    """A few times the sampling rate: wide enough for a step, narrow enough for the noise."""
    return (f"set_max_bandwidth {si_number(max(1.0, BANDWIDTH_PER_SAMPLE / period_s))}",)


def interval_and_time(period_s: float, duration_s: float) -> str:
    """The two last arguments of a sampling loop."""
    # rounded so that the last interval still ends within the duration
    return f"{si_number(period_s, ROUND_FLOOR)} {si_number(duration_s, ROUND_CEILING)}"


def voltage_ranges(voltage_v: float, model: Model) -> tuple[str, ...]:
    """Measure a voltage that should stay below ``voltage_v``; go finer when it is small."""
    high_v = min(model.slow.high_v, RANGE_HEADROOM * voltage_v)
    high = si_number(max(high_v, model.voltage_range_min_v))
    return (
        f"set_range ab {high}",
        f"set_autoranging ab {si_number(model.voltage_range_min_v)} {high}",
    )


def applied_current_range(current_a: float, model: Model) -> tuple[str, ...]:
    """One fixed range: a galvanostat must not switch ranges under way."""
    size = si_number(max(current_a, model.current_range_min_a))
    return (f"set_range db {size}", f"set_autoranging db {size} {size}")


def measured_current_ranges(current_a: float, model: Model) -> tuple[str, ...]:
    """Measure a current that should stay below ``current_a``, from the largest range down."""
    high_a = min(model.current_max_a, RANGE_HEADROOM * current_a)
    high = si_number(max(high_a, model.current_range_min_a))
    return (
        f"set_range ba {high}",
        f"set_autoranging ba {si_number(model.current_range_min_a)} {high}",
    )


def package(*variables: str) -> tuple[str, ...]:
    """Send these variables, the first being the time since ``timer_start``."""
    return (
        "timer_get t",
        "pck_start",
        *(f"pck_add {variable}" for variable in variables),
        "pck_end",
    )


def current_limit(current_max_a: float) -> tuple[str, ...]:
    """Stop when the current exceeds ``current_max_a`` either way."""
    size = si_number(current_max_a)
    return (
        *stop_if(f"c > {size}", Trip.CURRENT_HIGH),
        *stop_if(f"c < -{size}", Trip.CURRENT_LOW),
    )


def stop_if(condition: str, trip: Trip) -> tuple[str, ...]:
    """Leave the loop on a condition, and say why."""
    return (f"if {condition}", f'send_string "{trip}"', "breakloop", "endif")
