"""How a cell comes to the stack pressure that a run asked for, in words."""

from collections.abc import Mapping
from typing import Any, Final

_STATES: Final = {
    "asked": "press the cell to {target}",
    "stable": "at {target}, until it has been there for long enough",
    "reached": "{target} reached",
}


def press_in_words(body: Mapping[str, Any]) -> str:
    """Say in a line what an event ``press`` tells.

    >>> press_in_words({"state": "asked", "target_pa": 2e7})
    'press the cell to 20 MPa'
    """
    target = f"{float(body['target_pa']) / 1e6:.4g} MPa"
    return _STATES.get(str(body["state"]), "{target}").format(target=target)
