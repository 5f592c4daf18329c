"""What becomes of a run that broke off: a setting of its protocol, or said when it was started."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from ..record.rows import RunHeader


class AfterInterruption(StrEnum):
    """What is done about an interruption. Stored as text; never renamed."""

    ASK = "ask"
    CONTINUE = "continue"
    ABORT = "abort"


OPTION: Final = "after_interruption"
"""What the setting is called, in a protocol and among the options of a job."""


def policy_of(header: RunHeader, options: Mapping[str, Any]) -> AfterInterruption:
    """What to do about this run: as its job says, else its protocol, else ask.

    A word that this program does not know means ask.
    """
    told = options.get(OPTION) or header.protocol.get(OPTION)
    try:
        return AfterInterruption(str(told))
    except ValueError:
        return AfterInterruption.ASK
