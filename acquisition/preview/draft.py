"""The preview of a protocol that is being written: what it would do, or why nobody can tell."""

from dataclasses import dataclass

from ...drivers.capabilities import Envelope
from ..files.cells import Cell
from ..files.protocols import build_plan, protocol_of
from ..files.yaml_lines import Document, FileError, Problem
from ..instruments.channels import ChannelSpec
from ..limits.limits import Limits, tighter
from .healthy_judge import HealthyJudge
from .needs import unmet_needs, unmet_references, unwatched_limits
from .preview import Preview, preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is known of a protocol that is being written.

    ``problems`` are those of the document, each with its key; with any there is no ``preview``.
    ``unsafe`` are the sentences that would forbid a start on the channel, and ``warnings`` those
    that make the result hard to compare.
    """

    problems: tuple[Problem, ...]
    preview: Preview | None
    unsafe: tuple[str, ...]
    warnings: tuple[str, ...]


def draft_of(
    document: Document,
    cell: Cell,
    channel: ChannelSpec | None = None,
    envelope: Envelope | None = None,
) -> Draft:
    """Check a document and carry it out on paper, for a cell and, if one is given, a channel.

    Never raises for what a person may write; ``envelope`` is of an instrument that has answered.
    """
    try:
        protocol = protocol_of(document)
    except FileError as error:
        return Draft(problems=error.problems, preview=None, unsafe=(), warnings=())
    limits: Limits | None = None
    unsafe: list[str] = []
    if channel is not None:
        try:
            limits = tighter(channel.limits, protocol.limits)
        except ValueError as error:
            told = f"its limits and those of channel {channel.name} exclude each other"
            unsafe.append(f"{told}: {error}")
    try:
        plan = build_plan(protocol, cell, HealthyJudge())
        on_paper = preview(plan, cell.electrode_area_m2, limits, envelope)
    except ValueError as error:  # the cell lacks something, or there are too many segments
        return Draft(
            problems=(Problem(document.file, 0, str(error)),), preview=None, unsafe=(), warnings=()
        )
    if channel is not None:
        segments = [planned.segment for planned in on_paper.segments]
        unsafe += [*unmet_needs(channel, segments), *unmet_references(channel, protocol.references)]
        unsafe += [] if limits is None else unwatched_limits(channel, limits)
    return Draft(
        problems=(),
        preview=on_paper,
        unsafe=(*unsafe, *on_paper.problems),
        warnings=protocol.warnings_for(cell),
    )
