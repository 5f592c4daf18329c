"""How families of Julabo baths differ on the wire, what their status says, what is unverified.

Source: the lists of commands in the manuals of the HL and SL circulators (1.951 series, section
12.3), of the CF30 and CF40 cryo-compact circulators (10.3), of the FL, FLW and FC recirculating
coolers (11.3) and of the MAGIO (11.1); for FP50-MH the EPICS support of ISIS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .errors import BadReplyError, WrongInstrumentError


@dataclass(frozen=True, slots=True)
class JulaboFamily:
    """Baths of one list of commands. A command that is empty does not exist.

    ``version`` is how their answer to VERSION begins or what it contains.
    """

    name: str
    version: re.Pattern[str]
    high_limit: str = ""
    low_limit: str = ""
    external: str = ""
    selects_setpoint: bool = False


FAMILIES: Final = (
    JulaboFamily("MH", re.compile(r"\bFP\d+[-_ ]?MH\b"), "IN_SP_01", "IN_SP_02", "IN_PV_01"),
    JulaboFamily("CF", re.compile(r"\bCRYOCOMPACT\b")),
    JulaboFamily(
        "HL",
        re.compile(r"\bHL\b|\bSL\b|\bMAGIO\b"),
        "IN_SP_03",
        "IN_SP_04",
        "IN_PV_02",
        selects_setpoint=True,
    ),
    JulaboFamily("FL", re.compile(r"\bFLW?\d+\b")),
)
"""The first whose pattern is found counts."""
FAMILY_NAMES: Final = tuple(family.name for family in FAMILIES)

REMOTE_STATES: Final = frozenset({2, 3})
COMMAND_ERRORS: Final = frozenset({-8, -9, -10, -11, -13})
"""What the status says of the last command; any other negative number is of the bath."""


@dataclass(frozen=True, slots=True)
class BathStatus:
    """The answer to STATUS: a number and its text."""

    number: int
    text: str

    @property
    def is_remote(self) -> bool:
        """Whether commands that set something are heeded."""
        return self.number in REMOTE_STATES

    @property
    def is_alarm(self) -> bool:
        """Whether the bath has a fault; a warning is none."""
        is_of_bath = self.number < 0 and self.number not in COMMAND_ERRORS
        return is_of_bath and "WARNING" not in self.text

    def __str__(self) -> str:
        return f"{self.number:02d} {self.text}"


def parse_status(reply: str) -> BathStatus:
    """Read the answer to STATUS.

    >>> parse_status("-05 WORKING SENSOR ALARM").is_alarm
    True
    """
    found = re.fullmatch(r"(-?\d\d) ([A-Z0-9][ -~]*)", reply)
    if found is None:
        raise BadReplyError(f"expected a status of two digits and a text, got {reply!r}")
    return BathStatus(int(found[1]), found[2])


def family_of(version: str, named: str) -> JulaboFamily:
    """Return the family that a bath is of by its answer to VERSION, or the one that was named.

    Raises ``WrongInstrumentError`` for something else than a Julabo bath, or an unknown one.
    """
    if named != "auto":
        return next(family for family in FAMILIES if family.name == named)
    if "JULABO" not in version.upper():
        raise WrongInstrumentError(f"{version!r} answers, which is no Julabo bath")
    for family in FAMILIES:
        if family.version.search(version.upper()):
            return family
    raise WrongInstrumentError(
        f"{version!r} is a bath whose list of commands is not known: name its family, one of "
        f"{', '.join(FAMILY_NAMES)}, after comparing its manual"
    )


UNVERIFIED: Final = (
    (
        "the answers to VERSION of the families",
        "strings of the julabo package (CF31, HL/SL, MAGIO); FP50-MH and FL: from their names",
    ),
    ("FP50-MH: IN_SP_01 is the high limit, IN_SP_02 the low one", "ISIS EPICS support only"),
    ("how many decimals an answer has", "manuals print one or two; both are read"),
    (
        "whether STATUS tells an error of the last command once or until the next one",
        "not found; it is asked before a command, and again after it",
    ),
    ("the unit that the display is set to", "manuals: not told on the wire; declared instead"),
)
"""What was assumed, and where it stands otherwise."""
