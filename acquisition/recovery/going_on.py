"""What a worker does before it goes on with a run: meet the instrument, replay, take the record."""

from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import Any

from ... import __version__
from ...drivers.capabilities import SegmentDevice
from ..control.commands import CommandKind, new_command
from ..control.desk import Desk
from ..control.inbox import Inbox, post
from ..plans.plan import Plan
from ..record.last_words import read_last_words
from ..record.reader import RunReader
from ..record.writer import RunWriter
from ..run_folder import RunFolder
from .gap import gap_until, last_heard, moment_now
from .order import ResumeOrder
from .policy import AfterInterruption
from .rejoin import Met, meet, note_opened, recorded_serial
from .replay import DivergedError, Position, replay
from .resumed import Resumed


def go_on(
    folder: RunFolder, order: ResumeOrder, plan: Plan, device: SegmentDevice
) -> tuple[RunWriter, Resumed]:
    """Make everything ready to go on with a run; the caller closes the writer.

    The instrument is asked first, and its cell opened if it is the one of the record; no other is
    touched. Only then the plan is replayed. Raises ``DivergedError``, what the instrument raises,
    or ``RecordError``; the record has then at most the opened cell and the reason more.
    """
    with RunReader(folder.run_file) as run:
        serial, heard, speed = recorded_serial(run), last_heard(run), run.header.clock_speed
        last_s = run.last_elapsed_s()
    met = meet(device, serial)
    opened_s = max(last_s, heard.elapsed_s + gap_until(heard, moment_now(), speed).elapsed_s)
    with ExitStack() as undone:
        writer = undone.enter_context(RunWriter.append_to(folder.run_file))
        _settle_the_past(folder, writer, opened_s, met, order.who)
        position = _replayed(plan, folder, writer, opened_s)
        if order.policy is AfterInterruption.ASK or position.was_paused:
            post(folder.inbox, new_command(CommandKind.PAUSE, order.who))
        heard = replace(heard, made_safe=heard.made_safe or met.opened)
        gap = gap_until(heard, moment_now(), speed)
        resumed = Resumed(
            position=position,
            elapsed_s=max(opened_s, heard.elapsed_s + gap.elapsed_s),
            said=_said(order, met, position),
            gap=gap.body(),
        )
        undone.pop_all()
    return writer, resumed


def commands_of(folder: RunFolder) -> Inbox:
    """The inbox of a run, in which what the record has an answer to is not obeyed again."""
    if not folder.run_file.exists():
        return Inbox(folder.inbox)
    with RunReader(folder.run_file) as run:
        answered = {str(event.body.get("id")) for event in run.events(kind="command")}
    return Inbox(folder.inbox, answered)


def _settle_the_past(
    folder: RunFolder, writer: RunWriter, elapsed_s: float, met: Met, who: str
) -> None:
    """Put into the record what was said outside it, and answer the commands nobody saw."""
    told = read_last_words(folder.run_file)
    if told is not None:
        detail = f"said outside the record: {told.reason}: {told.detail}"
        writer.event(elapsed_s, "error", {"detail": detail, "utc": told.utc})
    note_opened(writer, elapsed_s, met, who)
    writer.take_room()

    def note(kind: str, /, **body: Any) -> int:
        return writer.event(elapsed_s, kind, body)

    inbox = commands_of(folder)
    Desk(inbox, note).close("the run had broken off before it was seen")
    writer.commit()
    inbox.clear(writer.acknowledged_seq)


def _replayed(plan: Plan, folder: RunFolder, writer: RunWriter, elapsed_s: float) -> Position:
    try:
        with RunReader(folder.run_file) as run:
            return replay(plan, run)
    except DivergedError as error:
        writer.event(elapsed_s, "error", {"detail": f"cannot be gone on with: {error}"})
        writer.commit()
        raise


def _said(order: ResumeOrder, met: Met, position: Position) -> dict[str, Any]:
    parts = position.so_far.parts
    return {
        "who": order.who,
        "policy": order.policy.value,
        "output": met.output.value,
        "address": order.address,
        "segment": parts[0] if parts else None,
        "done_s": position.so_far.duration_s if parts else None,
        "software_version": __version__,
        "instrument": asdict(met.identity),
    }
