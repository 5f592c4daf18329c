"""What was asked for, in a file that the processes of a run read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ..json_files import read_json, write_json


class JobError(ValueError):
    """The file does not hold a job. Names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run to be carried out: absolute paths of what describes it, and who wants it.

    ``options`` are for whoever builds the plan; JSON values only.
    """

    run_id: str
    channel: str
    protocol: str
    bench: str
    cell: str
    operator: str
    options: Mapping[str, Any] = field(default_factory=dict)


def write_job(path: Path, job: Job) -> None:
    """Store a job."""
    write_json(path, asdict(job))


def read_job(path: Path) -> Job:
    """Read a job. Raises ``JobError`` if it is absent or not whole."""
    try:
        stored = read_json(path)
    except ValueError as error:
        raise JobError(f"{path}: not a job: {error}") from None
    if stored is None:
        raise JobError(f"{path}: there is no such job")
    known = {each.name for each in fields(Job)}
    if unknown := sorted(stored.keys() - known):
        raise JobError(f"{path}: {unknown[0]!r} is not known; a job has {', '.join(sorted(known))}")
    if missing := sorted(known - stored.keys()):
        raise JobError(f"{path}: {missing[0]!r} is missing")
    return Job(**stored)
