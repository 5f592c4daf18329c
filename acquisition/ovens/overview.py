"""All ovens of this machine for a person: who holds each, who waits, and how to stop its heat."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ...drivers.clock import SystemClock
from ..instruments.opening import open_oven
from ..instruments.specs import OvenSpec
from ..json_files import write_json
from ..lease import take_lease
from .place import OvenPlace
from .state import OvenState

ANSWER_S: Final = 5.0
LOOK_EVERY_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOven:
    """One oven that was ever asked for something; ``state`` only while its keeper is there."""

    spec: OvenSpec
    place: OvenPlace
    state: OvenState | None


def known_ovens(folder: Path | None = None) -> list[KnownOven]:
    """Return them in the order of their names."""
    found: list[KnownOven] = []
    for place in OvenPlace.all(folder):
        try:
            spec = place.spec()
        except ValueError:
            continue
        state = OvenState.read(place.state_file)
        found.append(
            KnownOven(spec=spec, place=place, state=state if state and state.is_kept else None)
        )
    return sorted(found, key=lambda oven: oven.spec.name)


def switch_off(oven: KnownOven, who: str, *, leases: Path | None = None) -> bool:
    """Stop the heat of an oven, whoever holds it: their segments fail, and they are told by whom.

    Returns whether it is known to be off; where a keeper is there, it is asked, and waited for.
    Raises ``DriverError``, or ``LeaseTakenError`` if another process has the address.
    """
    if oven.state is not None:
        utc = datetime.now(UTC).isoformat(timespec="seconds")
        write_json(oven.place.off_file, {"who": who, "utc": utc})
        return _is_off(oven.place)
    spec = oven.spec
    with take_lease((spec.device.address,), f"oven {spec.name}", folder=leases):
        controller = open_oven(spec, SystemClock(spec.clock_speed))
        try:
            controller.make_safe()
        finally:
            controller.close()
    return True


def _is_off(place: OvenPlace) -> bool:
    """Wait until the keeper has done it, or no longer than ``ANSWER_S``."""
    clock = SystemClock()
    while clock.now_s() < ANSWER_S:
        state = OvenState.read(place.state_file)
        if not place.off_file.exists() and state is not None and not state.is_ours:
            return True
        clock.sleep_until(clock.now_s() + LOOK_EVERY_S)
    return False
