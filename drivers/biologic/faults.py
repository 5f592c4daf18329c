"""EClib's error codes: which of our errors each one is.

Source: EC-Lab Development Package, unit ``EClib.pas``, "ERROR CODES". The texts are the library's
own, by ``BL_GetErrorMsg``.
"""

from collections.abc import Callable
from typing import Final

from ..errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    UnsupportedError,
    WrongInstrumentError,
)

CHANNEL_NOT_PLUGGED: Final = -3
ECLAB_FIRMWARE: Final = -9
CHANNEL_RUNNING: Final = -13

_KINDS: Final[dict[int, type[DriverError]]] = {
    -1: LinkLostError,  # no instrument connected
    -2: LinkLostError,  # connection in progress
    CHANNEL_NOT_PLUGGED: WrongInstrumentError,
    ECLAB_FIRMWARE: WrongInstrumentError,
    -10: UnsupportedError,  # the library itself is not whole
    -11: UnsupportedError,  # its USB part is not
    -14: WrongInstrumentError,  # device not allowed
    -101: LinkLostError,
    -103: WrongInstrumentError,  # not plugged, or its firmware does not allow it
    -104: BadReplyError,
    -105: BadReplyError,
    -308: WrongInstrumentError,  # no firmware loaded
    -309: WrongInstrumentError,  # firmware and library do not fit each other
    -404: BadReplyError,  # data are corrupted
}
_COMMUNICATION: Final = range(-299, -199)


def fault_of(code: int, text: str, doing: str) -> DriverError:
    """Return the error that a code other than 0 means; ``doing`` is the function that gave it."""
    kind = _KINDS.get(code)
    if kind is None:
        kind = LinkLostError if code in _COMMUNICATION else InstrumentFaultError
    return kind(f"{doing}: error {code}, {text or 'which the library has no text for'}")


def require(code: int, doing: str, text_of: Callable[[int], str]) -> None:
    """Raise what ``code`` means unless it is 0."""
    if code:
        raise fault_of(code, text_of(code), doing)
