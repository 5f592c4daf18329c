"""Which limits an instrument holds by itself: what is left when the program is gone."""

import math
from collections.abc import Mapping
from typing import Any, Final

from ...drivers.capabilities import HeldLimits, HoldsLimits, SegmentDevice
from .limits import Limits

SOFTWARE_ONLY: Final = "software limits only"


def held_limits(device: SegmentDevice, limits: Limits) -> HeldLimits | None:
    """Have the instrument hold what it can; ``None`` if it holds nothing, or no voltage is limited.

    Raises what the device raises if something else is in force afterwards.
    """
    widest_v = max(abs(limits.voltage_min_v), abs(limits.voltage_max_v))
    if not isinstance(device, HoldsLimits) or not math.isfinite(widest_v):
        return None
    return device.program_limits(widest_v)


def limits_event(limits: Limits, held: HeldLimits | None) -> dict[str, Any]:
    """Return the body of the event ``limits``: every limit with its value and who set it, and what
    the instrument holds of it.

    >>> limits_event(Limits.of("bench", {"current_max_a": 0.01}), None)["instrument"]
    'software limits only'
    """
    software = {
        name: {"value": value, "of": limits.origins.get(name, "")}
        for name, value in limits.set_values().items()
    }
    if held is None:
        return {"software": software, "instrument": SOFTWARE_ONLY}
    instrument = {
        "values": dict(held.values),
        "by_segment": list(held.by_segment),
        "ends_segments": held.ends_segments,
    }
    return {"software": software, "instrument": instrument}


def held_in_words(body: Mapping[str, Any]) -> str:
    """Say in a line what an event ``limits`` tells of the instrument.

    >>> held_in_words({"software": {}, "instrument": "software limits only"})
    'software limits only'
    >>> held = HeldLimits(values={"ovp_v": 5.0}, by_segment=("current limit",), ends_segments=False)
    >>> held_in_words(limits_event(Limits(), held))
    'held by the instrument too: ovp_v 5, current limit'
    """
    instrument = body.get("instrument")
    if not isinstance(instrument, Mapping):
        return str(instrument)
    values = [f"{name} {value:g}" for name, value in instrument["values"].items()]
    held = [*values, *instrument["by_segment"]]
    return f"held by the instrument too: {', '.join(held)}" if held else SOFTWARE_ONLY
