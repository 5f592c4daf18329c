"""The batch file: which cell goes on which channel, with which protocol, all at one moment."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from ..files.schema import Settings, Text, checked
from ..files.yaml_lines import Document, read_document
from .together import Member


class BatchRun(Settings):
    """One run of a batch. File names are as seen from the batch file."""

    channel: Text
    """The channel of the bench."""
    cell: Text
    """The cell record."""
    protocol: Text | None = None
    """Its protocol, if it is not that of the others."""


class BatchFile(Settings):
    """A whole batch file."""

    bench: Text
    """The bench file."""
    protocol: Text | None = None
    """The protocol of every run that names none."""
    runs: Annotated[list[BatchRun], Field(min_length=1)]
    """One block per run."""


def load_batch(path: Path) -> tuple[Member, ...]:
    """Read and check a batch file (YAML, JSON or TOML), not yet the files that it names.

    Raises ``FileError`` naming line and setting.
    """
    document = read_document(path)
    batch = checked(document, BatchFile)
    return tuple(_member(document, path.parent, batch, n) for n in range(len(batch.runs)))


def _member(document: Document, folder: Path, batch: BatchFile, number: int) -> Member:
    run = batch.runs[number]
    protocol = run.protocol or batch.protocol
    if protocol is None:
        raise document.error(("runs", number), "names no protocol, and there is none for all runs")
    return Member(
        channel=run.channel,
        cell=folder / run.cell,
        protocol=folder / protocol,
        bench=folder / batch.bench,
    )
