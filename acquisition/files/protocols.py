"""The protocol file: what is to be done to a cell, checked and turned into a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from ..instruments.channels import ChannelSpec
from ..limits.limits import Limits, tighter
from ..plans.critical_current import critical_current
from ..plans.judge import StepJudge
from ..plans.plan import Plan
from ..plans.sequence import sequence
from .cells import Cell
from .critical_current_warnings import comparability_warnings
from .protocol_basis import PlanBasis
from .protocol_critical_current import CriticalCurrentProtocol, CriticalCurrentTest
from .protocol_sequence import SequenceProtocol
from .schema import checked, nearest
from .units import settings_in_si
from .yaml_lines import Document, FileError, Problem, read_document

AnySettings: TypeAlias = CriticalCurrentProtocol | SequenceProtocol

KINDS: Final[Mapping[str, type[CriticalCurrentProtocol] | type[SequenceProtocol]]] = {
    "critical_current": CriticalCurrentProtocol,
    "sequence": SequenceProtocol,
}
MAP: Final = "map"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A checked protocol. ``settings`` is in the units of the file, defaults filled in."""

    kind: str
    name: str
    file: str
    text: str = field(repr=False)
    settings: AnySettings

    @property
    def limits(self) -> Limits:
        """The limits that the protocol itself asks for."""
        return self.settings.limits.limits("protocol")

    @property
    def asks_a_judge(self) -> bool:
        """Whether its plan asks, while it runs, if the cell has given way."""
        return bool(self.critical_currents)

    @property
    def critical_currents(self) -> tuple[CriticalCurrentTest, ...]:
        """The critical-current tests in it: itself, or what stands in a sequence."""
        if isinstance(self.settings, CriticalCurrentProtocol):
            return (self.settings,)
        return self.settings.critical_currents()

    @property
    def references(self) -> tuple[str, ...]:
        """The auxiliary lines that it names for a reference electrode."""
        named = (test.reference for test in self.critical_currents)
        return tuple(name for name in named if name is not None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes the result hard to compare, whatever the cell; not a reason to refuse."""
        return self.warnings_for(None)

    def warnings_for(self, cell: Cell | None) -> tuple[str, ...]:
        """Return the same, with what only shows against the lithium of this cell."""
        lithium_m = None if cell is None else cell.lithium_thickness_m
        lithium_um = None if lithium_m is None else lithium_m * 1e6
        tests = self.critical_currents
        return tuple(w for test in tests for w in comparability_warnings(test, lithium_um))

    def as_json(self) -> dict[str, Any]:
        """Return all settings in SI, defaults included, for the head of a run file.

        A block that is left out of the test, such as ``impedance``, is ``None``.
        """
        settings = self.settings.model_dump(exclude_none=True)
        left_out = dict.fromkeys(self.settings.optional_blocks())
        return {**left_out, **settings_in_si(settings)}


def load_protocol(path: Path) -> Protocol:
    """Read and check a protocol file. Raises ``FileError``, naming every line to mend."""
    return protocol_of(read_document(path))


def protocol_of(document: Document) -> Protocol:
    """Check a document that has been read, or is being written. Raises ``FileError``."""
    settings: AnySettings = checked(document, _kind(document))
    return Protocol(
        kind=settings.protocol,
        name=settings.name or Path(document.file).stem,
        file=document.file,
        text=document.text,
        settings=settings,
    )


def build_plan(protocol: Protocol, cell: Cell, judge: StepJudge) -> Plan:
    """Return the plan of this protocol for this cell; only some protocols ask the judge.

    Raises ``CellLacksError`` for a cell record without what the protocol needs.
    """
    if isinstance(protocol.settings, CriticalCurrentProtocol):
        settings = protocol.settings.plan_settings()
        return critical_current(settings, cell.electrode_area_m2, judge)
    return sequence(protocol.settings.items(PlanBasis.of(cell, judge)))


def run_limits(channel: ChannelSpec, protocol: Protocol) -> Limits:
    """Return the limits of a run: of channel and protocol, the tighter of each.

    Raises ``FileError`` if they leave no voltage at all.
    """
    try:
        return tighter(channel.limits, protocol.limits)
    except ValueError as error:
        text = f"its limits and those of channel {channel.name} exclude each other: {error}"
        raise FileError(Problem(protocol.file, 0, text)) from error


def _kind(document: Document) -> type[CriticalCurrentProtocol] | type[SequenceProtocol]:
    word = document.data.get("protocol")
    if word is None:
        raise document.error((), f"protocol is missing: say which of {', '.join(KINDS)} this is")
    if word == MAP:
        text = "a map of tests is no run: `solidcell protocols expand` makes a file of each of them"
        raise document.error(("protocol",), text)
    if not isinstance(word, str) or word not in KINDS:
        text = f"{word!r} is not a protocol: {nearest(str(word), list(KINDS))}"
        raise document.error(("protocol",), text)
    return KINDS[word]
