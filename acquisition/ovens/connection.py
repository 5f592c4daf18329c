"""The way from a keeper to its oven: opened when it is needed, and again after it was lost."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from ...drivers.capabilities import Identity, TemperatureController
from ...drivers.errors import DriverError
from ..lease import LeaseTakenError

TRY_AGAIN_S: Final = 2.0


class OvenConnection:
    """``trouble`` is why there is none, since ``trouble_since_s``; ``identity`` who answered last.

    ``open_oven`` makes the driver and may raise ``DriverError``, ``LeaseTakenError`` or, for
    options that do not fit together, ``ValueError``. Times are the machine's, in s.
    """

    def __init__(self, open_oven: Callable[[], TemperatureController]) -> None:
        self._open = open_oven
        self._oven: TemperatureController | None = None
        self._try_at_s = 0.0
        self.identity: Identity | None = None
        self.trouble = ""
        self.trouble_since_s = 0.0

    def oven(self, now_s: float) -> TemperatureController | None:
        """Return the connected oven; ``None`` if it cannot be had, or was tried just now."""
        if self._oven is not None or now_s < self._try_at_s:
            return self._oven
        oven = None
        try:
            oven = self._open()
            oven.connect()
        except (DriverError, LeaseTakenError, ValueError) as error:
            if oven is not None:
                oven.close()
            self.lose(error, now_s)
            return None
        self._oven, self.identity, self.trouble = oven, oven.identity, ""
        return oven

    def lose(self, error: Exception, now_s: float) -> None:
        """Note why there is none any more; it is tried again after a while."""
        if not self.trouble:
            self.trouble_since_s = now_s
        self.trouble, self._try_at_s = str(error), now_s + TRY_AGAIN_S
        with suppress(DriverError):
            self.close()
        self._oven = None

    def close(self) -> None:
        """Release the oven's port. May be called twice."""
        if self._oven is not None:
            self._oven.close()
            self._oven = None
