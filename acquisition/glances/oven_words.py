"""How an oven comes to what a run asked of it, in words."""

from collections.abc import Mapping
from typing import Any, Final

from ..files.units import ZERO_CELSIUS_K

_STATES: Final = {
    "heating": "on its way to {target}",
    "soaking": "at {target}, until it has been stable for long enough",
    "soaked": "soaked at {target}",
}


def oven_in_words(body: Mapping[str, Any]) -> str:
    """Say in a line what an event ``oven`` tells.

    >>> oven_in_words({"state": "heating", "target_k": 333.15, "waiting_for": ""})
    'on its way to 60 °C'
    >>> oven_in_words({"state": "waiting", "target_k": 333.15, "waiting_for": "run B holds 25 °C"})
    'wanted at 60 °C, waiting: run B holds 25 °C'
    """
    target = f"{float(body['target_k']) - ZERO_CELSIUS_K:.4g} °C"
    words = _STATES.get(str(body["state"]))
    if words is None:
        waiting_for = str(body.get("waiting_for") or "")
        return f"wanted at {target}{f', waiting: {waiting_for}' if waiting_for else ''}"
    return words.format(target=target)
