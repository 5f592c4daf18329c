"""The process around a keeper: one for each oven, started by whoever needs it, owned by nobody."""

import signal
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from ...drivers.capabilities import TemperatureController
from ...drivers.clock import SystemClock, machine_time
from ..instruments.opening import open_oven
from ..instruments.specs import OvenSpec
from ..lease import LeaseTakenError, take_lease
from .keeper import Keeper
from .place import OvenPlace

STEP_S: Final = 0.5
QUICKEST_STEP_S: Final = 0.05
"""Before a twin whose time runs faster."""
LEASE_WAIT_S: Final = 2.0


def keep(folder: Path, *, leases: Path | None = None) -> int:
    """Keep the oven whose place is ``folder`` until nobody needs it; return the exit code.

    Ends at once if it has a keeper. On SIGTERM the oven is left as its table in the bench says.
    """
    place = OvenPlace(folder.resolve())
    spec = place.spec()
    owner = f"oven {spec.name}"
    try:
        lease = take_lease((f"keeper of {place.path.name}",), owner, folder=leases, timeout_s=0.5)
    except LeaseTakenError:
        return 0  # somebody else was faster
    with lease, ExitStack() as held:

        def opened() -> TemperatureController:
            return _opened(spec, held, leases)

        _go_on(Keeper(place, spec, opened), spec.clock_speed)
    return 0


def _opened(spec: OvenSpec, held: ExitStack, leases: Path | None) -> TemperatureController:
    """Take the oven's address as no other process may, and open its driver."""
    held.close()
    address = spec.device.address
    held.enter_context(
        take_lease((address,), f"oven {spec.name}", folder=leases, timeout_s=LEASE_WAIT_S)
    )
    return open_oven(spec, SystemClock(spec.clock_speed))


def _go_on(keeper: Keeper, clock_speed: float) -> None:
    ended = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
    step_s = max(STEP_S / clock_speed, QUICKEST_STEP_S)
    try:
        while keeper.step(machine_time().passed_s):
            if ended.wait(step_s):
                keeper.leave(machine_time().passed_s)
                return
    finally:
        keeper.close()
