"""What many channels at once have come to: each record against what its twin says it sent."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from solidcell.acquisition.record.reader import RunReader
from support.said import READINGS

PERIOD_S = 0.1
MEGABYTE = 1e6
COMMIT_MAX_S, WAL_MAX_BYTES = 0.250, 64_000_000


class Observed(Protocol):
    """What ``acquisition_channels.Share`` holds."""

    seconds: float
    worker_s: list[float]
    supervisor_s: list[float]
    twins_s: float
    idle_s: float
    resident_bytes: dict[str, list[int]]
    seen: list[tuple[str, float, int]]
    ended_early: int


@dataclass(frozen=True)
class Channel:
    """One run, the instrument it drove, and where that wrote down what it said."""

    run_file: Path
    driver: str
    address: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Processor time is in parts of one core; late and visible are percentiles in seconds."""

    channels: int
    seconds: float
    ended_early: int
    not_completed: int
    sent_rows: int
    missing_rows: int
    wrong_rows: int
    longest_commit_s: float
    commits_per_s: float
    longest_wal_bytes: int
    worker_cores: float
    supervisor_cores: float
    twins_cores: float
    idle_cores: float
    worker_bytes: int
    supervisor_bytes: int
    off_grid_s: dict[str, tuple[float, float, float]]
    visible_s: tuple[float, float, float]


def judged(share: Observed, channels: list[Channel]) -> Figures:
    """Read every record back, and put the figures together."""
    found = [_compared(channel) for channel in channels]
    disks = [each["disk"] for each in found]
    off_grid = {
        driver: percentiles([s for each in found for s in each["off_grid_s"].get(driver, ())])
        for driver in {channel.driver for channel in channels}
    }
    return Figures(
        channels=len(channels),
        seconds=share.seconds,
        ended_early=share.ended_early,
        not_completed=sum(each["reason"] != "completed" for each in found),
        sent_rows=sum(each["sent"] for each in found),
        missing_rows=sum(each["missing"] for each in found),
        wrong_rows=sum(each["wrong"] for each in found),
        longest_commit_s=max(disk["longest_commit_s"] for disk in disks),
        commits_per_s=sum(
            disk["commits"] / each["lasted_s"] for disk, each in zip(disks, found, strict=True)
        ),
        longest_wal_bytes=max(disk["longest_wal_bytes"] for disk in disks),
        worker_cores=sum(share.worker_s) / share.seconds,
        supervisor_cores=sum(share.supervisor_s) / share.seconds,
        twins_cores=share.twins_s / share.seconds,
        idle_cores=share.idle_s / share.seconds,
        worker_bytes=round(statistics.median(share.resident_bytes["worker"])),
        supervisor_bytes=round(statistics.median(share.resident_bytes["supervisor"])),
        off_grid_s=off_grid,
        visible_s=percentiles(_waits(share.seen, {str(c.run_file): c for c in channels})),
    )


def is_good(figures: Figures) -> bool:
    """Whether all that was asked was reached."""
    return (
        figures.ended_early == figures.not_completed == 0
        and figures.missing_rows == figures.wrong_rows == 0
        and figures.longest_commit_s < COMMIT_MAX_S
        and figures.longest_wal_bytes < WAL_MAX_BYTES
    )


def told(figures: Figures) -> Iterable[str]:
    """Lines of a table, each a figure and what was asked."""
    for figure, asked, measured in rows(figures):
        yield f"{figure:48} {measured:28} {asked}"


def rows(figures: Figures) -> list[tuple[str, str, str]]:
    """Return (figure, asked, measured), for people."""
    f = figures
    late = [
        (f"off the grid of {PERIOD_S:g} s, {driver}", "", _milliseconds(parts))
        for driver, parts in sorted(f.off_grid_s.items())
    ]
    return [
        ("channels, all at once for", "64, 10 min", f"{f.channels}, {f.seconds / 60:.1f} min"),
        ("ended before that", "0", f"{f.ended_early}"),
        ("readings sent by the twins", "", f"{f.sent_rows}"),
        ("of these not in the record", "0", f"{f.missing_rows}"),
        ("in the record otherwise than sent", "0", f"{f.wrong_rows}"),
        ("runs not completed", "0", f"{f.not_completed}"),
        ("worst commit", f"< {COMMIT_MAX_S * 1e3:g} ms", f"{f.longest_commit_s * 1e3:.0f} ms"),
        ("commits a second, all together", "", f"{f.commits_per_s:.0f}"),
        ("largest write-ahead log", "< 64 MB", f"{f.longest_wal_bytes / MEGABYTE:.1f} MB"),
        ("cores used by the workers", "", f"{f.worker_cores:.2f}"),
        ("cores used by the supervisors", "", f"{f.supervisor_cores:.2f}"),
        ("cores used by the twins", "", f"{f.twins_cores:.2f}"),
        ("cores idle", "", f"{f.idle_cores:.2f}"),
        ("memory of a worker, of a supervisor", "", _megabytes(f.worker_bytes, f.supervisor_bytes)),
        *late,
        ("sent until another process reads it", "", _milliseconds(f.visible_s)),
    ]


def percentiles(values: list[float]) -> tuple[float, float, float]:
    """Return the median, the 99th percentile and the largest; NaN if there is nothing."""
    if not values:
        return (float("nan"),) * 3
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[int(0.99 * (len(ordered) - 1))], ordered[-1]


def _compared(channel: Channel) -> dict[str, Any]:
    read = READINGS[channel.driver]
    said = (read(text) for _, text in _said(channel))
    sent = [one for one in said if one is not None]
    with RunReader(channel.run_file) as run:
        columns = run.reading_columns()
        ended = {event.body["number"]: event.body for event in run.events(kind="segment_ended")}
        kept = list(zip(columns["voltage_v"], columns["current_a"], strict=True))
        late = [
            _off_grid_s(elapsed_s - ended[segment]["began_s"], ended[segment]["duration_s"])
            for segment, elapsed_s in zip(columns["segment"], columns["elapsed_s"], strict=True)
        ]
        disk, end = run.events(kind="disk"), run.events(kind="run_ended")
        lasted_s = run.last_elapsed_s()
    wanted = [(one.voltage_v, one.current_a) for one in sent]
    return {
        "sent": len(wanted),
        "missing": len(wanted) - len(kept),
        "wrong": sum(a != b for a, b in zip(wanted, kept, strict=False))
        + max(0, len(kept) - len(wanted)),
        "reason": end[-1].body["reason"],
        "disk": disk[-1].body,
        "lasted_s": lasted_s,
        "off_grid_s": {channel.driver: late},
    }


def _off_grid_s(time_s: float, duration_s: float) -> float:
    """How far a reading lies from the nearest time at which one was due."""
    off_s = abs(time_s - PERIOD_S * round(time_s / PERIOD_S))
    return min(off_s, abs(time_s - duration_s))


def _waits(seen: list[tuple[str, float, int]], channels: dict[str, Channel]) -> list[float]:
    """From saying a reading to finding it in the file, for each reading found live."""
    waits: list[float] = []
    for run_file in {name for name, _, _ in seen}:
        read = READINGS[channels[run_file].driver]
        said_s = [s for s, text in _said(channels[run_file]) if read(text) is not None]
        known: int | None = None  # the first look finds what had been there for long
        for name, at_s, count in seen:
            if name == run_file:
                if known is not None:
                    waits += [at_s - s for s in said_s[known:count]]
                known = count
    return waits


def _said(channel: Channel) -> list[tuple[float, str]]:
    """When the twin said what, line by line."""
    lines = Path(channel.said).read_text(encoding="latin-1").splitlines()
    return [(float(at_s), text) for at_s, _, text in (line.partition(" ") for line in lines)]


def _milliseconds(parts: tuple[float, float, float]) -> str:
    return " / ".join(f"{s * 1e3:.1f}" for s in parts) + " ms (p50/p99/max)"


def _megabytes(*sizes: int) -> str:
    return ", ".join(f"{size / MEGABYTE:.0f} MB" for size in sizes)
