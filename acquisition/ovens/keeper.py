"""The keeper: the one process that speaks to an oven, for all the runs that want it.

What a keeper does depends on the files of the oven's place and on the oven alone, so that a new one
goes on where one that was killed left off; the controller holds its setpoint meanwhile.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ...drivers.capabilities import TemperatureController, TemperatureReading
from ...drivers.errors import DriverError, InstrumentFaultError, OutOfRangeError
from ..instruments.specs import OvenSpec
from ..json_files import read_json
from ..processes import this_process
from .arrangement import Arrangement, arranged
from .connection import OvenConnection
from .place import OvenPlace
from .request import Request, standing_requests
from .state import OvenState, Place

IDLE_S: Final = 60.0
"""How long nobody may need an oven before its keeper leaves it, in s of the machine."""
UNREACHABLE_S: Final = 30.0
"""An oven that gives no answer for so long is a fault for those who have it or wait for it."""
GIVES_UP_S: Final = 1800.0
"""An oven that nobody needs, and that gives no answer for so long, is left as it is. On the oven's
time, so that the keeper of a twin that was stopped does not outlive it for long.
"""
_COLD: Final = (
    "the oven does not regulate any more: it was switched off at its panel, or its power failed"
)
_HEAT_UNKNOWN: Final = "; the heat may be on"
OVERSHOOT_K: Final = 5.0
"""Above the highest setpoint of the bench; what a good controller overshoots by is less."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why nobody may use the oven. It lasts until all who asked before have taken that back."""

    text: str
    keys: frozenset[str]
    is_safe: bool = False


class Keeper:
    """One oven at ``place``. ``open_oven`` makes its driver and may raise ``DriverError``.

    ``step`` is to be called about twice a second, with the time of the machine's monotonic clock.
    """

    def __init__(
        self, place: OvenPlace, spec: OvenSpec, open_oven: Callable[[], TemperatureController]
    ) -> None:
        self._place, self._spec = place, spec
        self._connection = OvenConnection(open_oven)
        self._is_checked = False
        self._reading: TemperatureReading | None = None
        self._read_at_s: float | None = None
        self._was_cold = False
        self._needed_s: float | None = None
        before = OvenState.read(place.state_file) or OvenState(
            keeper=this_process(), name=spec.name, at_s=0.0
        )
        self._granted = frozenset(each.key for each in before.holders)
        self._is_ours, self._target_k = before.is_ours, before.target_k
        was_faulty = before.fault and not before.has_ended
        self._fault = _Fault(before.fault, frozenset(before.fault_keys)) if was_faulty else None

    def step(self, now_s: float) -> bool:
        """Do all that is to be done now, and publish it; ``False`` once nobody needs the oven."""
        requests = standing_requests(self._place.requests)
        wanting = [each for each in requests if each.temperature_k is not None]
        is_ordered = self._look_after_fault(wanting)
        if self._fault is None:
            self._bring_about(arranged(wanting, self._granted), now_s)
        self._look_at_oven(wanting, now_s)
        idle = self._is_idle(bool(wanting), now_s)
        if idle and self._is_ours and self._fault is None:
            self._leave(now_s)
        self._stop_heat(now_s)
        goes_on = bool(requests) or not idle or (self._is_ours and not self._is_lost(now_s))
        self._publish(wanting, now_s, has_ended=not goes_on)
        if is_ordered:
            self._place.off_file.unlink(missing_ok=True)
        return goes_on

    def leave(self, now_s: float) -> None:
        """Leave the oven as its table in the bench says, and end."""
        if self._is_ours:
            self._leave(now_s)
        self._publish([], now_s, has_ended=True)

    def close(self) -> None:
        """Release the oven's port. May be called twice."""
        self._connection.close()

    def _look_after_fault(self, wanting: list[Request]) -> bool:
        """Begin or end a fault where that is due; return whether somebody ordered the heat off."""
        if (order := _order(self._place)) is not None:
            self._granted = frozenset()  # who waits fails too, and does not heat it again
            self._fail(f"switched off by {order}", wanting)
        keys = frozenset(request.key for request in wanting)
        if self._fault is not None and not self._fault.keys & keys:
            self._granted = frozenset()
            self._fault = None if self._fault.is_safe else replace(self._fault, keys=keys)
        return order is not None

    def _fail(self, text: str, wanting: Iterable[Request]) -> None:
        """Let those who have the oven, or else all who want it, know why they cannot."""
        if self._fault is None:
            keys = frozenset(each.key for each in wanting)
            self._fault = _Fault(text, (self._granted & keys) or keys)

    def _bring_about(self, arrangement: Arrangement, now_s: float) -> None:
        """Give the oven the temperature of those whose turn it is; only then they have it."""
        if arrangement.target_k is None:
            self._granted = frozenset()
            return
        if self._is_set(arrangement.target_k, arrangement.holders, now_s):
            self._granted = frozenset(request.key for request in arrangement.holders)

    def _is_set(self, target_k: float, holders: Sequence[Request], now_s: float) -> bool:
        """Make it the oven's target; one that somebody has already is looked at first."""
        if (oven := self._connection.oven(now_s)) is None:
            return False
        if target_k == self._target_k and self._is_checked:
            return True
        try:
            is_held = any(request.key in self._granted for request in holders)
            if is_held and target_k == self._target_k and not oven.read().heating:
                raise InstrumentFaultError(_COLD)  # and is not heated again by itself
            oven.set_temperature(target_k)
        except (InstrumentFaultError, OutOfRangeError) as error:
            self._granted = frozenset()
            self._fail(str(error), holders)
            return False
        except DriverError as error:
            self._lose(error, now_s)
            return False
        self._target_k, self._is_ours, self._was_cold = target_k, True, False
        self._is_checked = True
        return True

    def _look_at_oven(self, wanting: list[Request], now_s: float) -> None:
        oven = self._connection.oven(now_s)
        if oven is None:
            if wanting and now_s - self._connection.trouble_since_s > UNREACHABLE_S:
                self._fail(f"no answer from the oven: {self._connection.trouble}", wanting)
            return
        try:
            self._reading = oven.read()
        except InstrumentFaultError as error:
            self._reading = None
            if self._is_ours or wanting:
                self._fail(str(error), wanting)
            return
        except DriverError as error:
            self._lose(error, now_s)
            return
        self._read_at_s = now_s
        if (trouble := self._trouble_of(self._reading)) is not None:
            self._fail(trouble, wanting)

    def _trouble_of(self, reading: TemperatureReading) -> str | None:
        """Say what is wrong with an oven that is ours to watch over."""
        if not self._is_ours:
            return None
        highest_k = self._spec.temperature_max_k + OVERSHOOT_K
        if not reading.temperature_k <= highest_k:
            return (
                f"{reading.temperature_k - 273.15:.1f} °C is above the highest temperature of the "
                f"bench, {self._spec.temperature_max_k - 273.15:.1f} °C"
            )
        was_cold = self._was_cold
        self._was_cold = not reading.heating and bool(self._granted)
        if was_cold and self._was_cold:
            return _COLD
        return None

    def _stop_heat(self, now_s: float) -> None:
        """No heat, as soon as it can be reached; then nobody's target is in force any more."""
        if self._fault is None or self._fault.is_safe:
            return
        if (trouble := self._made_safe(now_s)) is None:
            self._fault = replace(self._fault, is_safe=True)
        elif _HEAT_UNKNOWN not in self._fault.text:
            why = "" if trouble in self._fault.text else f": {trouble}"
            self._fault = replace(self._fault, text=f"{self._fault.text}{_HEAT_UNKNOWN}{why}")

    def _made_safe(self, now_s: float) -> str | None:
        if (oven := self._connection.oven(now_s)) is None:
            return self._connection.trouble
        try:
            oven.make_safe()
        except DriverError as error:
            return str(error)
        self._target_k, self._is_ours = None, False
        return None

    def _is_idle(self, is_needed: bool, now_s: float) -> bool:
        if is_needed or self._needed_s is None:
            self._needed_s = now_s
        return now_s - self._needed_s > IDLE_S

    def _is_lost(self, now_s: float) -> bool:
        """Whether the heat cannot be stopped, and will not be: the state says so for good."""
        trouble_s = now_s - self._connection.trouble_since_s
        return bool(self._connection.trouble) and trouble_s * self._spec.clock_speed > GIVES_UP_S

    def _leave(self, now_s: float) -> None:
        if self._spec.when_idle == "off" and (trouble := self._made_safe(now_s)) is not None:
            self._fail(f"nobody needs the oven, and its heat could not be stopped: {trouble}", ())
            return
        self._target_k, self._is_ours = None, False

    def _lose(self, error: Exception, now_s: float) -> None:
        self._connection.lose(error, now_s)
        self._reading = None
        self._is_checked = False

    def _publish(self, wanting: list[Request], now_s: float, *, has_ended: bool) -> None:
        reading = self._reading
        OvenState(
            keeper=this_process(),
            name=self._spec.name,
            at_s=now_s,
            read_at_s=None if reading is None else self._read_at_s,
            temperature_k=None if reading is None else reading.temperature_k,
            setpoint_k=None if reading is None else reading.setpoint_k,
            target_k=self._target_k,
            is_heating=reading is not None and reading.heating,
            is_ours=self._is_ours,
            fault="" if self._fault is None else self._fault.text,
            fault_keys=() if self._fault is None else tuple(sorted(self._fault.keys)),
            holders=tuple(_place(each) for each in wanting if each.key in self._granted),
            waiting=tuple(_place(each) for each in wanting if each.key not in self._granted),
            identity=self._connection.identity,
            has_ended=has_ended,
        ).write(self._place.state_file)


def _place(request: Request) -> Place:
    return Place(
        key=request.key,
        run_id=request.run_id,
        temperature_k=request.temperature_k or 0.0,
        note=request.note,
    )


def _order(place: OvenPlace) -> str | None:
    """Who ordered the heat off; ``None`` if nobody did."""
    try:
        stored = read_json(place.off_file)
    except ValueError:
        return "somebody"
    return None if stored is None else str(stored.get("who", "somebody"))
