"""Sixteen Neware channels at once, a row a second each for an hour, through the whole path.

    python benchmarks/neware_channels.py [channels] [hours] [--speed 60] [--minutes 1] [--json FILE]

Each channel is a run as ``solidcell run`` starts it: a supervisor and a worker, the driver, TCP,
and one simulated BTS server for all, which is a process of its own (``solidcell twin neware``).
Time runs ``--speed`` times faster, for twin and workers alike: every row is there, and the server
is asked less often for an hour's rows than at its true pace. So the same channels then run for
``--minutes`` at the true pace, which tells what they cost. Afterwards aurora-neware downloads every
channel's test, and each record is compared with it, row by row. The driver alone is measured in one
process, without record and TCP. Exit code 1 if a row is missing, doubled or another.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
from aurora_neware import NewareAPI
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.session import Member, StartedRun, run_state, start_together
from solidcell.drivers.segments import Galvanostatic

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.neware_bench import Bench

CURRENT_A, LIMIT_V, PERIOD_S = 1e-4, 1.0, 1.0
LOOK_EVERY_S = 0.25
START_PATIENCE_S = 20.0
MEGABYTE = 1e6
PROTOCOL = """\
protocol: sequence
segments:
  - {{segment: galvanostatic, current_ma: {current_ma}, duration_s: {duration_s},
      sample_period_s: {period_s}, voltage_min_v: -{limit_v}, voltage_max_v: {limit_v}}}
"""
CHANNEL = """\
[channel.C{number}]
voltage_min_v = -5
voltage_max_v = 5
current_max_ma = 10
clock_speed = {speed}
[channel.C{number}.galvanostat]
driver = "neware"
address = "127.0.0.1:{port}/{key}"
options = {{ voltage_min_v = -5.0, voltage_max_v = 5.0, current_max_ma = 100.0 }}
"""
CELL = """\
name: cell {number}
electrolyte: LLZO
thickness_um: 1000
temperature_c: 25
electrode_area_cm2: 0.785
"""


@dataclass
class Used:
    """What processes have used so far; those that have ended keep their last figures."""

    processes: dict[str, list[psutil.Process]]
    cpu_s: dict[int, float] = field(default_factory=dict)
    resident: dict[int, int] = field(default_factory=dict)

    def look(self) -> None:
        for process in (each for group in self.processes.values() for each in group):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                times = process.cpu_times()
                self.cpu_s[process.pid] = times.user + times.system
                bytes_now = process.memory_info().rss
                self.resident[process.pid] = max(bytes_now, self.resident.get(process.pid, 0))

    def seconds(self, who: str) -> list[float]:
        return [self.cpu_s.get(process.pid, 0.0) for process in self.processes[who]]

    def megabytes(self, who: str) -> list[float]:
        return [self.resident.get(process.pid, 0) / MEGABYTE for process in self.processes[who]]


def main() -> int:
    asked = _arguments()
    rows, wrong = [], False
    for hours, speed in ((asked.hours, asked.speed), (asked.minutes / 60, 1.0)):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            told, is_wrong = measure(Path(name), asked.channels, hours, speed)
        rows, wrong = rows + told, wrong or is_wrong
    rows += driver_alone(asked.hours)
    for figure, expected, measured in rows:
        print(f"{figure:58} {expected:>6} {measured}")
    if asked.json:
        asked.json.write_text(
            json.dumps({"python": platform.python_version(), "rows": rows}, indent=2),
            encoding="utf-8",
        )
    return int(wrong)


def measure(
    folder: Path, channels: int, hours: float, speed: float
) -> tuple[list[tuple[str, str, str]], bool]:
    with served(folder, speed) as (twin, port):
        runs, ready_s = start(folder, port, channels, hours, speed)
        used = Used(
            {
                "worker": [psutil.Process(run.pid) for run in runs],
                "supervisor": [psutil.Process(_supervisor(run)) for run in runs],
                "twin": [twin],
            }
        )
        used.look()
        at_start = {who: used.seconds(who) for who in used.processes}
        began_s = time.monotonic()
        watch(runs, used)
        took_s = time.monotonic() - began_s
        compared = compare(runs, port)
    taken = {
        who: [b - a for a, b in zip(at_start[who], used.seconds(who), strict=True)]
        for who in used.processes
    }
    expected = channels * (round(hours * 3600 / PERIOD_S) + 1)
    told, recorded, lost, other = compared
    per_hour = {who: sum(seconds) / channels / hours for who, seconds in taken.items()}
    wrong = bool(lost or other or recorded != expected)
    return [
        ("channels, hours each, times faster", "", f"{channels}, {hours:g}, {speed:g}"),
        ("ready to begin after, s; then they took, s", "", f"{ready_s:.0f}; {took_s:.0f}"),
        ("rows asked for", "", str(expected)),
        ("rows that aurora-neware downloads", str(expected), str(told)),
        ("rows recorded", str(expected), str(recorded)),
        ("rows lost or doubled", "0", str(lost)),
        ("rows with other values", "0", str(other)),
        ("a worker, CPU s a channel-hour", "", f"{per_hour['worker']:.2f}"),
        ("its supervisor, CPU s a channel-hour", "", f"{per_hour['supervisor']:.2f}"),
        ("twin and cell, CPU s a channel-hour", "", f"{per_hour['twin']:.2f}"),
        ("starting a worker, CPU s", "", f"{median(at_start['worker']):.2f}"),
        ("a worker, resident at most, MB", "", _spread(used.megabytes("worker"))),
        ("a supervisor, resident at most, MB", "", _spread(used.megabytes("supervisor"))),
        ("the twin, resident at most, MB", "", _spread(used.megabytes("twin"))),
    ], wrong


@contextmanager
def served(folder: Path, speed: float) -> Iterator[tuple[psutil.Process, int]]:
    """Serve a BTS server with sixteen LLZO cells, and yield its process and port."""
    command = [sys.executable, "-m", "solidcell", "twin", "neware", "--cell", "llzo"]
    process = subprocess.Popen(
        [*command, "--speed", str(speed), "--until-eof"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        yield psutil.Process(process.pid), int(line.rpartition(":")[2].partition("/")[0])
    finally:
        process.stdin.close()
        process.wait()


def start(
    folder: Path, port: int, channels: int, hours: float, speed: float
) -> tuple[Sequence[StartedRun], float]:
    """Start a run on each channel, all at one moment."""
    protocol, bench = folder / "protocol.yaml", folder / "bench.toml"
    wanted = {"current_ma": CURRENT_A * 1e3, "limit_v": LIMIT_V, "period_s": PERIOD_S}
    protocol.write_text(PROTOCOL.format(duration_s=hours * 3600, **wanted), encoding="utf-8")
    tables, members = [], []
    for number in range(channels):
        place = {"number": number, "speed": speed, "port": port, "key": _key(number)}
        tables.append(CHANNEL.format(**place))
        cell = folder / f"cell-{number}.yaml"
        cell.write_text(CELL.format(number=number), encoding="utf-8")
        members.append(Member(channel=f"C{number}", cell=cell, protocol=protocol, bench=bench))
    bench.write_text("".join(tables), encoding="utf-8")
    began_s = time.monotonic()
    timeout_s = START_PATIENCE_S * (1 + channels)
    started = start_together(members, data_dir=folder / "runs", timeout_s=timeout_s)
    return started.runs, started.monotonic_s - began_s


def watch(runs: Sequence[StartedRun], used: Used) -> None:
    """Note what the processes use until all runs have ended."""
    going = list(runs)
    while going:
        time.sleep(LOOK_EVERY_S)
        used.look()
        workers = {process.pid for process in used.processes["worker"] if process.is_running()}
        going = [run for run in going if run.pid in workers]
    for run in runs:
        while run_state(run.run_file).state.value in ("running", "recovering"):
            time.sleep(LOOK_EVERY_S)


def compare(runs: Sequence[StartedRun], port: int) -> tuple[int, int, int, int]:
    """Rows that the server has, rows on record, rows that are missing or twice, and other ones."""
    told = recorded = lost = other = 0
    with NewareAPI("127.0.0.1", port) as client:
        for number, run in enumerate(runs):
            data = client.download(_key(number), last_n_points=0)
            theirs = list(zip(data["volt"], data["curr"], strict=True))
            with RunReader(run.run_file) as reader:
                columns = reader.reading_columns()
            ours = list(zip(columns["voltage_v"], columns["current_a"], strict=True))
            told, recorded = told + len(theirs), recorded + len(ours)
            lost += abs(len(theirs) - len(ours))
            other += sum(a != b for a, b in zip(theirs, ours, strict=False))
    return told, recorded, lost, other


class Timed:
    """A link whose other end's processor time is told apart."""

    def __init__(self, link) -> None:
        self._link, self.theirs_s = link, 0.0

    def write(self, data: bytes) -> None:
        began_s = time.process_time()
        self._link.write(data)
        self.theirs_s += time.process_time() - began_s

    def read(self, timeout_s: float) -> bytes:
        began_s = time.process_time()
        data = self._link.read(timeout_s)
        self.theirs_s += time.process_time() - began_s
        return data

    def reopen(self) -> None:
        self._link.reopen()

    def close(self) -> None:
        self._link.close()


def driver_alone(hours: float) -> list[tuple[str, str, str]]:
    """What the driver costs by itself, in this process: no record, no TCP, a clock that leaps."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        link = Timed(bench.link())
        device = bench.device(link)
        device.connect()
        segment = Galvanostatic(
            current_a=CURRENT_A,
            duration_s=hours * 3600,
            voltage_min_v=-LIMIT_V,
            voltage_max_v=LIMIT_V,
            sample_period_s=PERIOD_S,
        )
        began_s, link.theirs_s = time.process_time(), 0.0
        rows = sum(each is not None for each in device.perform(segment))
        took_s = time.process_time() - began_s - link.theirs_s
    return [
        (
            "the driver alone, CPU s a channel-hour, looking once a second",
            "",
            f"{took_s / hours:.2f}",
        ),
        ("rows of that", str(round(hours * 3600 / PERIOD_S) + 1), str(rows)),
    ]


def _key(number: int) -> str:
    return f"21-{number // 8 + 1}-{number % 8 + 1}"


def _supervisor(run: StartedRun) -> int:
    processes = read_json(RunFolder.of(run.run_file).worker_file) or {}
    return int(processes["supervisor"]["pid"])


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.0f} median, {max(values):.0f} at most"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("channels", nargs="?", type=int, default=16)
    parser.add_argument("hours", nargs="?", type=float, default=1.0)
    parser.add_argument("--speed", type=float, default=60.0)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
