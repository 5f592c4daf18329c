"""What a person may do about a run that broke off, short of going on: open its cell, give it up."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..json_files import read_json
from ..lease import Lease, take_lease
from ..record.reader import RunReader
from ..record.writer import RunWriter
from ..run_folder import RunFolder
from .gap import gap_until, last_heard, moment_now
from .interrupted import ENDED, InterruptedRun, look_at
from .rejoin import (
    Met,
    OpenDevice,
    channel_of,
    meet,
    note_opened,
    open_recorded,
    recorded_serial,
)


class RecoveryRefusedError(Exception):
    """This cannot be done with this run. Says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A cell that was opened: who answered, and what its output did before (``on``, ``off`` or
    ``unknown`` where the instrument has no answer to that)."""

    run_id: str
    model: str
    serial: str
    output: str


def open_interrupted(
    run_file: Path,
    who: str,
    *,
    address: str | None = None,
    open_with: OpenDevice = open_recorded,
    leases: Path | None = None,
) -> Opened:
    """Look what the instrument of a run that broke off does, and open its cell.

    Connecting switches nothing on. Raises ``RecoveryRefusedError`` for a run whose processes live
    or that is sealed, ``LeaseTakenError`` while another run has the channel or the instrument,
    ``WrongInstrumentError`` if another one answers, which is left as it is, and what the
    instrument raises.
    """
    found = require_nobody(run_file)
    with ExitStack() as held:
        held.enter_context(lease_of(run_file, who, address, leases))
        met = _meet(run_file, address, open_with)
        writer = held.enter_context(RunWriter.append_to(run_file))
        note_opened(writer, _now_s(run_file), met, who)
    return Opened(
        run_id=found.run_id,
        model=met.identity.model,
        serial=met.identity.serial,
        output=met.output.value,
    )


def give_up(
    run_file: Path,
    who: str,
    *,
    address: str | None = None,
    open_with: OpenDevice = open_recorded,
    leases: Path | None = None,
) -> None:
    """End a run that broke off for good; its cell is opened first, unless it is known to be open.

    One that had ended for a reason of its own keeps that. Raises what ``open_interrupted`` raises;
    the run is not ended then.
    """
    found = require_nobody(run_file)
    if found.cell != "open":
        open_interrupted(run_file, who, address=address, open_with=open_with, leases=leases)
    if found.state in ENDED:
        return
    with (
        lease_of(run_file, who, address, leases),
        RunWriter.append_to(run_file) as writer,
    ):
        body: dict[str, Any] = {
            "reason": "interrupted",
            "detail": f"given up by {who}",
            "given_up": True,
        }
        writer.event(_now_s(run_file), "run_ended", body)
        writer.commit()


def require_nobody(run_file: Path) -> InterruptedRun:
    """Raise ``RecoveryRefusedError`` unless a run broke off, nobody carries it and it is open."""
    found = look_at(run_file)
    if found.is_closed:
        raise RecoveryRefusedError(f"{found.run_id}: {found.why_not}")
    return found


def lease_of(run_file: Path, who: str, address: str | None, folder: Path | None) -> Lease:
    """Take what the worker of a run had, and ``address`` as well."""
    stored = read_json(RunFolder.of(run_file).lease_file) or {"names": []}
    names = (*stored["names"], *([] if address is None else [address]))
    return take_lease(tuple(map(str, names)), f"{who} (recover)", folder=folder)


def _meet(run_file: Path, address: str | None, open_with: OpenDevice) -> Met:
    with RunReader(run_file) as run:
        channel, serial = channel_of(run, address), recorded_serial(run)
    device = open_with(channel)
    try:
        return meet(device, serial)
    finally:
        device.close()


def _now_s(run_file: Path) -> float:
    """The run's time now: since it was last heard of, and never backwards."""
    with RunReader(run_file) as run:
        heard, last_s, speed = last_heard(run), run.last_elapsed_s(), run.header.clock_speed
    return max(last_s, heard.elapsed_s + gap_until(heard, moment_now(), speed).elapsed_s)
