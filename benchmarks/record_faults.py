"""A disk that hangs, fails or fills up under a run: does the limit act, and is the end told?

    QCODES_PYTHON=…/bin/python python benchmarks/record_faults.py [hang_s] [--json FILE]

A resistor is read every 0.1 s; after two seconds the disk goes bad, and two seconds later the
voltage leaves its limit. Printed: how long after that reading (or, if the run ended for the disk,
after the call that failed) the cell was opened, in sample periods; what ``solidcell runs`` says of
the run on the disk as it is then; readings found, acknowledged and taken; and whether a run was
called completed that was not. On the disk that is really full the time includes the wait for the
next commit. Then the peers on a disk that fills up. Linux and a C compiler; full disks need root.
"""

import argparse
import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from record_disks import BENCHMARKS, PEERS, DiskFaults, Writer, follow, python_of, run_file_of

TRIAL = BENCHMARKS / "record_faults_trial.py"
WRITES = (1, 2, 3, 5, 8, 13)
FLUSHES = (1, 2, 3, 5)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("hang_s", nargs="?", type=float, default=30.0)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    hang_s = asked.hang_s
    cases = {
        "a good disk": "",
        f"one flush takes {hang_s:g} s": f"fsync_ms={hang_s * 1e3:.0f}",
        **{f"write {n} fails (EIO)": f"write={n}:{errno.EIO}" for n in WRITES},
        **{f"flush {n} fails (EIO)": f"fsync={n}:{errno.EIO}" for n in FLUSHES},
        "no more room (ENOSPC)": f"write=1:{errno.ENOSPC}",
        "read-only (EROFS)": f"write=1:{errno.EROFS}",
    }
    print(f"{'':28}{'opened':>8} {'periods':>7}  {'state':14}{'found':>6}/acked/taken  detail")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        faults = DiskFaults.build(folder)
        ends = [trial(case, orders, folder, faults) for case, orders in cases.items()]
        with small_disk(folder / "small", "6m") as disk:
            ends.append(trial("really full", "fill", disk, faults))
        peers = full_disk_of_the_peers(folder)
    told = rows(len(cases) + 1, ends, peers)
    print()
    for figure, asked_for, measured in told:
        print(f"{figure:44} {asked_for:10} {measured}")
    if asked.json is not None:
        asked.json.write_text(json.dumps({"rows": told}, indent=1), encoding="utf-8")
    return int(any(end["lost"] or end["false"] for end in ends))


def rows(
    cases: int, ends: list[dict[str, Any]], peers: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Return (figure, asked, measured), for people."""
    slowest = max(end["periods"] for end in ends[:-1])
    return [
        ("ways in which the disk was bad", "", f"{cases - 1}"),
        ("slowest opening, in sample periods", "< 2", f"{slowest:.2f}"),
        ("acknowledged readings lost", "0", f"{sum(e['lost'] for e in ends)}"),
        ("falsely called completed", "0", f"{sum(e['false'] for e in ends)}"),
        *((f"on a disk of 6 MB {peer} took", "", said) for peer, said in peers.items()),
    ]


def trial(case: str, orders: str, folder: Path, faults: DiskFaults) -> dict[str, Any]:
    faults.say("")
    run_file = folder / case.replace(" ", "-") / "a.run.sqlite"
    run_file.parent.mkdir()
    command = [sys.executable, str(TRIAL), str(run_file), orders]
    done = subprocess.run(command, capture_output=True, text=True, env=faults.environment)
    if done.returncode:
        raise RuntimeError(done.stderr)
    end: dict[str, Any] = json.loads(done.stdout)
    opened = f"{end['opened_after_s'] * 1e3:.0f} ms"
    counts = f"{end['found']:6d}/{end['acknowledged']}/{end['taken']}"
    state = f"{end['state']:14}{counts:20}"
    print(f"{case:28}{opened:>8} {end['periods']:7.2f}  {state}{end['detail'][:70]}", flush=True)
    return end


def full_disk_of_the_peers(folder: Path) -> dict[str, str]:
    said = {}
    for peer in PEERS:
        if python_of(peer) is None:
            said[peer] = "not installed"
            continue
        with small_disk(folder / peer, "6m") as disk:
            writer = Writer(peer, disk, 0, 300_000 if peer != "qcodes" else 150_000)
            told = writer.wait()
            with_reader = follow(peer, run_file_of(peer, disk))
            found = len(with_reader(0))
            with_reader.close()
        taken = told.get("rows", 0)
        status = told.get("status", "died").replace(f"{disk}{os.sep}", "")
        said[peer] = f"{taken} rows, kept {found}, says: {status[:60]}"
    return said


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


if __name__ == "__main__":
    sys.exit(main())
