"""Meeting the instrument of a run that broke off: who is it, what does it do, and open its cell."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from ...drivers.capabilities import Identity, OutputState, SegmentDevice
from ...drivers.clock import SystemClock
from ...drivers.errors import DriverError, WrongInstrumentError
from ..files.bench import load_bench
from ..instruments.channels import ChannelSpec
from ..instruments.combined import Combined, serials_of
from ..instruments.opening import open_device
from ..record.reader import RunReader
from ..record.writer import RunWriter
from ..run_folder import RunFolder
from ..starting.job import read_job

OpenDevice: TypeAlias = Callable[[ChannelSpec], SegmentDevice]


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


def channel_of(run: RunReader, address: str | None = None) -> ChannelSpec:
    """The channel of a run: as its file has it, where its instrument was met last, or ``address``.

    Raises ``ValueError`` if the file tells of no channel, or for an address that is none.
    """
    channel = _with_secrets(ChannelSpec.from_json(run.header.bench), run)
    met_at = [event.body.get("address") for event in run.events(kind="run_resumed")]
    moved_to = [str(each) for each in (*met_at, address) if each]
    return channel.at(moved_to[-1]) if moved_to else channel


def _with_secrets(channel: ChannelSpec, run: RunReader) -> ChannelSpec:
    """Ask the bench file for what no run file has, such as a password, if anything is."""
    if not channel.has_secrets:
        return channel
    try:
        job = read_job(RunFolder.of(run.path).job_file)
        return channel.with_secrets_of(load_bench(Path(job.bench)).channel(channel.name))
    except ValueError:  # it is gone, or says something else; the instrument will say what it lacks
        return channel


def open_recorded(channel: ChannelSpec) -> SegmentDevice:
    """Return the instrument of a channel, yet to be connected."""
    return open_device(channel, SystemClock(channel.clock_speed))


def meet(device: SegmentDevice, serial: str | None) -> Met:
    """Connect, which switches nothing on, and open the cell of the instrument of the record.

    Raises ``WrongInstrumentError`` for any other one, which is left as it is. Of two devices that
    are one on the channel, the one that can be reached is opened even if the other cannot be, and
    what that raised is raised then.
    """
    try:
        output = device.connect()
        identity = device.identity
        if serial is not None and identity.serial != serial:
            raise WrongInstrumentError(
                f"serial number {identity.serial!r} answers, and the run was begun with "
                f"{serial!r}; it was left as it is"
            )
    except (DriverError, OSError):
        if isinstance(device, Combined):
            _open_what_is_ours(device, serial)
        raise
    device.make_safe()
    return Met(identity=identity, output=output, opened=datetime.now(UTC))


def _open_what_is_ours(device: Combined, serial: str | None) -> None:
    for half in device.devices:
        with suppress(DriverError, OSError):
            half.connect()
            if serial is None or half.identity.serial in serials_of(serial):
                half.make_safe()


def note_opened(writer: RunWriter, elapsed_s: float, met: Met, who: str) -> None:
    """Put into the record that the cell of a run that broke off is open."""
    writer.event(elapsed_s, "state", {"output": met.output.value, "detail": f"found by {who}"})
    said = {"output": OutputState.OFF.value, "by": "recovery", "who": who}
    writer.event(elapsed_s, "made_safe", said)
    writer.commit()
