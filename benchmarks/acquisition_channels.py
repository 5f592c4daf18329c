"""Many channels at once on one machine, read ten times a second each, through the whole path.

    python benchmarks/acquisition_channels.py [channels] [minutes] [--drivers a,b] [--json FILE]

Each channel is a run as ``solidcell run`` starts it, all at one moment: a supervisor and a worker,
a driver, TCP, and a twin. ``--drivers`` (default methodscript,keithley_2450) are taken in turn: the
first kind of instrument measures by itself, the second is stepped by the host, reading by reading.
All twins are in one process, whose processor time is told apart. Figures are of the time in which
all channels ran. Afterwards each record is compared with what its twin says that it sent, value by
value. Exit code 1 if a row is missing or wrong, or a commit or a write-ahead log beyond its figure.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from acquisition_channel_figures import Channel, Figures, is_good, judged, told
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.processes import ProcessId
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.session import Member, StartedRun, run_state, start_together

TWINS = Path(__file__).with_name("acquisition_channel_twins.py")
START_PATIENCE_S = 20.0
BEFORE_THE_END_S = 2.0
FOLLOWED = 4
LOOK_EVERY_S = 0.02
PROTOCOL = """\
protocol: sequence
segments:
  - segment: repeat
    count: {minutes}
    segments:
      - {{segment: galvanostatic, current_ma: 1, duration_s: 55, sample_period_s: 0.1,
          voltage_min_v: -2, voltage_max_v: 2}}
      - {{segment: rest, duration_s: 5, sample_period_s: 0.1}}
"""
CHANNEL = """\
[channel.C{number}]
voltage_min_v = -5
voltage_max_v = 5
current_max_ma = 10
[channel.C{number}.{role}]
driver = "{driver}"
address = "{address}"
"""
CELL = """\
name: resistor {number}
electrolyte: LPSCl
thickness_um: 800
temperature_c: 25
electrode_diameter_mm: 10
"""


def main() -> int:
    asked = _arguments()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        figures = measure(Path(name), asked.channels, asked.minutes, asked.drivers)
    for line in told(figures):
        print(line)
    if asked.json:
        asked.json.write_text(json.dumps(asdict(figures), indent=2), encoding="utf-8")
    return int(not is_good(figures))


def measure(folder: Path, channels: int, minutes: int, drivers: str) -> Figures:
    with twins(folder, channels, drivers) as (process, instruments):
        runs = start(folder, instruments, minutes)
        share = observe(runs, process, minutes * 60.0 - BEFORE_THE_END_S)
        wait_for_the_end(runs)
    pairs = zip(runs, instruments, strict=True)
    return judged(share, [Channel(run.run_file, **its) for run, its in pairs])


@contextmanager
def twins(
    folder: Path, channels: int, drivers: str
) -> Iterator[tuple[psutil.Process, list[dict[str, str]]]]:
    command = [sys.executable, str(TWINS), str(folder), str(channels), drivers]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield psutil.Process(process.pid), json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()


def start(folder: Path, instruments: list[dict[str, str]], minutes: int) -> Sequence[StartedRun]:
    """Start a run on each channel, all at one moment."""
    protocol, bench = folder / "protocol.yaml", folder / "bench.toml"
    protocol.write_text(PROTOCOL.format(minutes=minutes), encoding="utf-8")
    tables, members = [], []
    for number, its in enumerate(instruments):
        tables.append(CHANNEL.format(number=number, role=_role(its["driver"]), **its))
        cell = folder / f"resistor-{number}.yaml"
        cell.write_text(CELL.format(number=number), encoding="utf-8")
        members.append(Member(channel=f"C{number}", cell=cell, protocol=protocol, bench=bench))
    bench.write_text("".join(tables), encoding="utf-8")
    began_s = time.monotonic()
    timeout_s = START_PATIENCE_S * (1 + len(members))
    started = start_together(members, data_dir=folder / "runs", timeout_s=timeout_s)
    ready_s = started.monotonic_s - began_s
    print(f"{len(members)} channels were ready to begin after {ready_s:.0f} s", flush=True)
    return started.runs


@dataclass(frozen=True)
class Share:
    """What the processes used while all channels ran; ``seen`` are rows as they became visible."""

    seconds: float
    worker_s: list[float]
    supervisor_s: list[float]
    twins_s: float
    idle_s: float
    resident_bytes: dict[str, list[int]]
    seen: list[tuple[str, float, int]]
    ended_early: int


def observe(runs: Sequence[StartedRun], twin: psutil.Process, seconds: float) -> Share:
    workers = [psutil.Process(run.pid) for run in runs]
    supervisors = [psutil.Process(_supervisor(run)["pid"]) for run in runs]
    stop, seen = threading.Event(), []
    followers = [
        threading.Thread(target=_follow, args=(run.run_file, stop, seen)) for run in runs[:FOLLOWED]
    ]
    before = [[_used_s(p) for p in group] for group in (workers, supervisors, [twin])]
    idle_s, began_s = psutil.cpu_times().idle, time.monotonic()
    for follower in followers:
        follower.start()
    time.sleep(seconds)
    ended_early = sum(not process.is_running() for process in workers)
    after = [[_used_s(p) for p in group] for group in (workers, supervisors, [twin])]
    took_s = time.monotonic() - began_s
    idle_s = psutil.cpu_times().idle - idle_s
    stop.set()
    for follower in followers:
        follower.join()
    used = [[b - a for a, b in zip(*pair, strict=True)] for pair in zip(before, after, strict=True)]
    resident = {"worker": workers, "supervisor": supervisors, "twins": [twin]}
    memory = {who: [_resident_bytes(p) for p in group] for who, group in resident.items()}
    return Share(took_s, used[0], used[1], used[2][0], idle_s, memory, seen, ended_early)


def _follow(run_file: Path, stop: threading.Event, seen: list[tuple[str, float, int]]) -> None:
    """Note when another process could first read how many readings."""
    with RunReader(run_file) as run:
        since, count = 0, 0
        while not stop.wait(LOOK_EVERY_S):
            rows = run.reading_columns(since_seq=since)["seq"]
            if rows:
                since, count = rows[-1], count + len(rows)
                seen.append((str(run_file), time.monotonic(), count))


def wait_for_the_end(runs: Sequence[StartedRun]) -> None:
    for run in runs:
        while run_state(run.run_file).state.value in ("running", "recovering"):
            time.sleep(1.0)
        while ProcessId.from_json(_supervisor(run)).is_alive():
            time.sleep(0.1)


def _supervisor(run: StartedRun) -> dict[str, Any]:
    processes: dict[str, Any] = read_json(RunFolder.of(run.run_file).worker_file) or {}
    return dict(processes["supervisor"])


def _used_s(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):  # told as ended early
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _resident_bytes(process: psutil.Process) -> int:
    with suppress(psutil.NoSuchProcess):
        return int(process.memory_info().rss)
    return 0


def _role(driver: str) -> str:
    return "potentiostat" if driver == "methodscript" else "galvanostat"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("channels", nargs="?", type=int, default=64)
    parser.add_argument("minutes", nargs="?", type=int, default=10)
    parser.add_argument("--drivers", default="methodscript,keithley_2450")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
