"""A gauge that is read all the time beside a run, in a thread of its own.

A gauge must never keep a cell waiting: whoever wants its value takes the latest, or ``None`` once
that is too old to say anything of now. A gauge that falls silent is tried again and again; its loss
is told once, and its return.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

from ...drivers.capabilities import Gauge, Identity
from ...drivers.clock import machine_time
from ...drivers.errors import DriverError

PERIOD_S: Final = 1.0
STALE_S: Final = 5.0
QUICKEST_S: Final = 0.05
"""Between two readings, before a twin whose time runs faster; in s of the machine."""
TRY_AGAIN_S: Final = 2.0
_CLOSING_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class GaugeValue:
    """One value in its SI unit, read at ``at_s`` of the machine's monotonic clock."""

    value: float
    unit: str
    at_s: float


def _tell_nobody(_: str) -> None:
    return None


def _machine_s() -> float:
    return machine_time().passed_s


class GaugeWatch:
    """Reads the gauge that ``open_gauge`` makes, every ``period_s`` of the experiment.

    ``speed`` is experiment seconds per second of the machine. ``tell`` is called from the thread
    that reads, once when the gauge is lost and once when it is back. ``now_s`` is the machine's
    monotonic time.
    """

    def __init__(
        self,
        name: str,
        open_gauge: Callable[[], Gauge],
        *,
        period_s: float = PERIOD_S,
        speed: float = 1.0,
        stale_s: float = STALE_S,
        tell: Callable[[str], None] = _tell_nobody,
        now_s: Callable[[], float] = _machine_s,
    ) -> None:
        self.name = name
        self._open, self._tell, self._now_s = open_gauge, tell, now_s
        self._pause_s = max(period_s / speed, QUICKEST_S)
        self._stale_s = stale_s
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._latest: GaugeValue | None = None
        self._fault = ""
        self._gauge: Gauge | None = None
        self._identity: Identity | None = None
        self._thread = threading.Thread(target=self._go_on, name=f"gauge {name}", daemon=True)

    def __enter__(self) -> Self:
        """Begin to read."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and release the gauge."""
        self.close()

    def close(self) -> None:
        """End, and release the gauge; waits for a reading that is under way. May be called twice.

        Raises ``TimeoutError`` if the gauge's port does not come back within ten seconds.
        """
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSING_S)
            if self._thread.is_alive():
                raise TimeoutError(f"{self.name}: its port has not come back for {_CLOSING_S:g} s")

    def latest(self) -> GaugeValue | None:
        """Return the latest value; ``None`` if there is none, or it is too old."""
        with self._lock:
            latest = self._latest
        if latest is None or self._now_s() - latest.at_s > self._stale_s:
            return None
        return latest

    @property
    def fault(self) -> str:
        """Why nothing is read at the moment; empty if it is."""
        with self._lock:
            return self._fault

    @property
    def identity(self) -> Identity | None:
        """Who answered last; ``None`` if nobody has yet."""
        with self._lock:
            return self._identity

    def look(self) -> float:
        """Read once, and open the gauge first if need be; return how long to wait, in s.

        For the thread, and for tests of what it does.
        """
        try:
            gauge = self._connected()
            value = GaugeValue(gauge.read(), gauge.unit, self._now_s())
        except (DriverError, ValueError) as error:  # the latter from options that do not fit
            self._lose(error)
            return TRY_AGAIN_S
        with self._lock:
            self._latest = value
            was_lost, self._fault = bool(self._fault), ""
        if was_lost:
            self._tell(f"{self.name}: it reads again")
        return self._pause_s

    def _go_on(self) -> None:
        try:
            while not self._ended.wait(self.look()):
                pass
        finally:
            self._release()

    def _connected(self) -> Gauge:
        if self._gauge is None:
            gauge = self._open()
            try:
                gauge.connect()
            except DriverError:
                gauge.close()
                raise
            self._gauge = gauge
            with self._lock:
                self._identity = gauge.identity
        return self._gauge

    def _lose(self, error: Exception) -> None:
        self._release()
        with self._lock:
            is_news, self._fault = not self._fault, str(error)
        if is_news:
            self._tell(f"{self.name}: nothing is read any more: {error}")

    def _release(self) -> None:
        gauge, self._gauge = self._gauge, None
        if gauge is not None:
            with suppress(DriverError, OSError):
                gauge.close()
