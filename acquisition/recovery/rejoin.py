"""Meeting the instrument of a run that broke off: who is it, what does it do, and open its cell."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ...drivers.capabilities import Identity, OutputState, SegmentDevice
from ...drivers.errors import WrongInstrumentError
from ..record.reader import RunReader
from ..record.writer import RunWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What was found: who answered, what its output did, and when its cell was opened."""

    identity: Identity
    output: OutputState
    opened: datetime


def recorded_serial(run: RunReader) -> str | None:
    """The serial number of the instrument that a run was begun with; ``None`` if none answered."""
    answered = run.events(kind="instrument")
    return str(answered[0].body["serial"]) if answered else None


def meet(device: SegmentDevice, serial: str | None) -> Met:
    """Connect, which switches nothing on, and open the cell of the instrument of the record.

    Raises ``WrongInstrumentError`` for any other one, which is left as it is.
    """
    output = device.connect()
    identity = device.identity
    if serial is not None and identity.serial != serial:
        raise WrongInstrumentError(
            f"serial number {identity.serial!r} answers, and the run was begun with {serial!r}; "
            "nothing was switched"
        )
    device.make_safe()
    return Met(identity=identity, output=output, opened=datetime.now(UTC))


def note_opened(writer: RunWriter, elapsed_s: float, met: Met, who: str) -> None:
    """Put into the record that the cell of a run that broke off is open."""
    writer.event(elapsed_s, "state", {"output": met.output.value, "detail": f"found by {who}"})
    said = {"output": OutputState.OFF.value, "by": "recovery", "who": who}
    writer.event(elapsed_s, "made_safe", said)
    writer.commit()
