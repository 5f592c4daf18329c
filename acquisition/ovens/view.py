"""An oven as one run sees it."""

from dataclasses import dataclass
from typing import Final

from ...drivers.capabilities import Identity
from .request import Request
from .state import OvenState

STALE_S: Final = 5.0
"""A temperature that was read longer ago says nothing of now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OvenView:
    """What one run needs to know.

    ``temperature_k`` is ``None`` where it is not known now. ``granted``: the run has the oven, and
    the temperature that it asked for is the oven's target; ``waiting_for`` says who has it
    otherwise. ``fault`` is why the run must not go on with the oven; its heat is off then, as far
    as anybody could see to that. ``at_s`` is when the temperature was read, in seconds of the
    experiment from any start. ``identity`` is who answered as the oven, if anybody has.
    """

    temperature_k: float | None
    setpoint_k: float | None
    granted: bool
    waiting_for: str
    fault: str
    at_s: float
    identity: Identity | None = None


def view_of(
    state: OvenState | None, request: Request | None, now_s: float, speed: float
) -> OvenView:
    """Return what ``state`` says to the run with ``request``, at ``now_s`` of the machine."""
    wants = request is not None and request.temperature_k is not None
    if state is None or not state.is_kept:
        return OvenView(
            temperature_k=None,
            setpoint_k=None,
            granted=False,
            waiting_for="the oven's keeper to start" if wants else "",
            fault="",
            at_s=now_s * speed,
        )
    is_fresh = state.read_at_s is not None and now_s - state.read_at_s <= STALE_S
    read_at_s = now_s if state.read_at_s is None else state.read_at_s
    granted = request is not None and any(each.key == request.key for each in state.holders)
    concerns = request is None or request.key in state.fault_keys
    return OvenView(
        temperature_k=state.temperature_k if is_fresh else None,
        setpoint_k=state.setpoint_k if is_fresh else None,
        granted=granted and not state.fault,
        waiting_for=_waiting_for(state, request) if request and wants and not granted else "",
        fault=state.fault if concerns else "",
        at_s=read_at_s * speed,
        identity=state.identity,
    )


def _waiting_for(state: OvenState, request: Request) -> str:
    before = [each.key for each in state.waiting]
    if request.key not in before:
        return "the oven's keeper to hear of it"
    number = before.index(request.key)
    holders = ", ".join(place.in_words() for place in state.holders) or "the oven"
    queue = f"; {number} before this run" if number else ""
    fault = f"; the oven has a fault: {state.fault}" if state.fault else ""
    return f"{holders}{queue}{fault}"
