"""The news of a run, from its folder."""

import platform

from ..json_files import read_json
from ..record.errors import RecordError
from ..record.last_words import read_last_words
from ..record.reader import RunReader
from ..record.rows import RunHeader
from ..run_folder import RunFolder
from ..runs import run_state
from ..starting.job import Job, JobError, read_job
from .news import News, now_utc
from .settings import NewsKind


def news_of_run(folder: RunFolder) -> News:
    """How a run ended or why it never began, as its folder tells it.

    Never raises for a damaged record: that is news, too.
    """
    if not folder.run_file.exists():
        return _never_began(folder)
    try:
        return _ended(folder)
    except (RecordError, OSError) as error:
        return _unreadable(folder, str(error))


def _ended(folder: RunFolder) -> News:
    state = run_state(folder.run_file)
    with RunReader(folder.run_file) as run:
        header, end = run.header, run.end()
    told = read_last_words(folder.run_file) is not None
    which = "last words" if told or end is None else str(end.seq)
    return News(
        news_id=f"{state.run_id}/{which}",
        kind=NewsKind.of_end(state.state.value),
        run_id=state.run_id,
        channel=state.channel,
        cell=_cell_name(header),
        detail=state.detail,
        safe=state.safe,
        elapsed_s=state.elapsed_s,
        host=header.host,
        operator=header.operator,
        path=str(folder.run_file),
        utc=now_utc(),
    )


def _never_began(folder: RunFolder) -> News:
    """Its instrument may have been taken, but no segment was carried out."""
    try:
        failure = read_json(folder.failure_file)
    except ValueError:
        failure = None
    why = "its processes ended without a word" if failure is None else str(failure.get("error"))
    return _from_job(folder, NewsKind.NEVER_BEGAN, why, safe=True)


def _unreadable(folder: RunFolder, why: str) -> News:
    told = read_last_words(folder.run_file)
    if told is None:
        return _from_job(folder, NewsKind.UNKNOWN, why, safe=False)
    kind = NewsKind.of_end(told.reason)
    return _from_job(folder, kind, told.detail, safe=told.safe, elapsed_s=told.elapsed_s)


def _from_job(
    folder: RunFolder, kind: NewsKind, detail: str, *, safe: bool, elapsed_s: float = 0.0
) -> News:
    job = _job(folder)
    return News(
        news_id=f"{folder.run_id}/{kind.value}",
        kind=kind,
        run_id=folder.run_id,
        channel=job.channel if job else "a channel",
        cell=job.cell.replace("\\", "/").rpartition("/")[2].partition(".")[0] if job else "",
        detail=detail,
        safe=safe,
        elapsed_s=elapsed_s,
        host=platform.node(),
        operator=job.operator if job else "",
        path=str(folder.path),
        utc=now_utc(),
    )


def _job(folder: RunFolder) -> Job | None:
    try:
        return read_job(folder.job_file)
    except (JobError, OSError):
        return None


def _cell_name(header: RunHeader) -> str:
    return str(header.cell.get("name", ""))
