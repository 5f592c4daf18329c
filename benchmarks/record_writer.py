"""What recording costs whoever measures, and when others see it; our writer beside the peers.

    QCODES_PYTHON=…/bin/python python benchmarks/record_writer.py [fsync_ms] [--json FILE]

Every flush takes 10 ms, as on a spinning disk, and nothing else takes any time: the files lie in
memory and ``tests/support/disk_faults.c`` sleeps (Linux and a C compiler). Printed: how long the
sampler waits for the record of a row at 1000 rows/s, how long a row takes until another process
can read it at 100 rows/s, and how many rows a second are written in bulk until the last of them is
durable. Ratios are to our own figure. PyMeasure never waits for the disk, and QCoDeS keeps rows
back for seconds; what that costs is in ``record_power_cut.py``.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from record_disks import PEERS, DiskFaults, Writer, follow, python_of, run_file_of

SAMPLER_HZ, SAMPLER_ROWS = 1000.0, 8000
SEEN_HZ, SEEN_ROWS = 100.0, 1000
ASKED = {
    "sampler waits at 1000 rows/s, p99, ms": "< 0.5",
    "seen by another process at 100 rows/s, p99, ms": "< 30",
    "bulk, rows/s": ">= 20 000",
    "settled, bytes a row": "<= 45",
}
BULK_ROWS = {"solidcell": 300_000, "pymeasure": 300_000, "qcodes": 20_000}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("fsync_ms", nargs="?", type=int, default=10)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(dir="/dev/shm", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        faults = DiskFaults.build(folder, part=str(folder))
        faults.say(f"fsync_ms={asked.fsync_ms}")
        print(f"every flush takes {asked.fsync_ms} ms; load {os.getloadavg()[0]:.1f}\n")
        for peer in PEERS:
            if python_of(peer) is None:
                print(f"{peer}: not installed")
                continue
            found[peer] = measure(peer, folder, faults.environment)
            print(peer)
            for label, value in found[peer].items():
                print(f"  {label:50} {value:12,.3f}   x {value / found[PEERS[0]][label]:.3g}")
    if asked.json is not None:
        asked.json.write_text(json.dumps({"rows": rows(found)}, indent=1), encoding="utf-8")


def rows(found: dict[str, dict[str, float]]) -> list[tuple[str, str, str]]:
    """Return (figure, asked, measured), for people."""
    return [
        (label, ASKED.get(label, ""), ", ".join(f"{p} {f[label]:,.4g}" for p, f in found.items()))
        for label in found[PEERS[0]]
    ]


def measure(peer: str, folder: Path, environment: dict[str, str]) -> dict[str, float]:
    sampled = run(peer, folder / f"{peer}-sampled", SAMPLER_HZ, SAMPLER_ROWS, environment)
    seen_ms = sorted(watch(peer, folder / f"{peer}-seen", environment))
    bulk = run(peer, folder / f"{peer}-bulk", 0, BULK_ROWS[peer], environment)
    file = run_file_of(peer, folder / f"{peer}-bulk")
    return {
        "sampler waits at 1000 rows/s, median, ms": sampled["wait_median_ms"],
        "sampler waits at 1000 rows/s, p99, ms": sampled["wait_p99_ms"],
        "sampler waits at 1000 rows/s, worst, ms": sampled["wait_worst_ms"],
        "seen by another process at 100 rows/s, median, ms": seen_ms[len(seen_ms) // 2],
        "seen by another process at 100 rows/s, p99, ms": seen_ms[int(len(seen_ms) * 0.99)],
        "bulk, rows/s": bulk["rows"] / bulk["took_s"],
        "bulk, processor time, µs a row": bulk["cpu_us_per_row"],
        "settled, bytes a row": size_bytes(file) / bulk["rows"],
    }


def run(
    peer: str, folder: Path, rate_hz: float, rows: int, environment: dict[str, str]
) -> dict[str, Any]:
    folder.mkdir()
    return Writer(peer, folder, rate_hz, rows, environment).wait()


def watch(peer: str, folder: Path, environment: dict[str, str]) -> list[float]:
    """Look every millisecond; return how old each row is when it is first seen, in ms."""
    folder.mkdir()
    read = follow(peer, run_file_of(peer, folder))
    writer = Writer(peer, folder, SEEN_HZ, SEEN_ROWS, environment)
    ages_ms: list[float] = []
    while len(ages_ms) < SEEN_ROWS:
        done = writer.process.poll() is not None
        rows = read(len(ages_ms))
        now_s = time.monotonic()
        ages_ms.extend((now_s - taken_s) * 1e3 for taken_s in rows)
        if done and not rows:
            break
        time.sleep(0.001)
    writer.wait()
    return ages_ms


def size_bytes(file: Path) -> int:
    return sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*"))


if __name__ == "__main__":
    main()
