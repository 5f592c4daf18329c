"""Cuts the power of simulated disks at random moments: acknowledged rows that are gone.

    QCODES_PYTHON=…/bin/python python benchmarks/record_power_cut.py [cuts] [--seed 0]
                                                                    [--results FILE] [--json FILE]

Linux and root. Each cut has new disks: an ext4 file system in a file, mounted through a loop
device, one for each program. The programs record 100 rows/s side by side. At a random moment they
are frozen and the files are copied: that is what the devices hold, without what the kernel still
keeps in memory. The copies are mounted, which replays their journals as after a power cut, and
the rows in them are counted and checked. The disks are assumed to keep what they were told to
flush. Rows "acknowledged": ours were committed; PyMeasure and QCoDeS have taken them. With
--results every cut is a line of that file, and a run that was broken off goes on where it was.
Exit code 1 if we lost an acknowledged row.
"""

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from record_disks import PEERS, Writer, follow, python_of, run_file_of, sqlite_shell

DISK_MB = 24
RATE_HZ = 100.0
LONGEST_LIFE_S = 12.0  # longer than QCoDeS keeps its rows back: 5 s


def main() -> int:
    asked = _arguments()
    peers = [peer for peer in PEERS if python_of(peer) is not None]
    cuts = [cut for cut in _known(asked.results) if cut["number"] < asked.cuts]
    known = {cut["number"] for cut in cuts}
    where = "/dev/shm" if Path("/dev/shm").is_dir() else None
    print(
        f"{len(known)} cuts known, {asked.cuts - len(known)} to do; load {os.getloadavg()[0]:.1f}"
    )
    for number in sorted(set(range(asked.cuts)) - known):
        life_s = random.Random(f"{asked.seed} {number}").uniform(0.02, LONGEST_LIFE_S)
        with tempfile.TemporaryDirectory(dir=where) as name:
            made = one_cut(number, life_s, peers, Path(name))
        cuts += made
        if asked.results is not None:
            with asked.results.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(cut) + "\n" for cut in made)
        told = ", ".join(f"{c['peer']} lost {_lost(c)} of {c['acknowledged']}" for c in made)
        print(f"{number + 1:4d} after {life_s:.2f} s: {told}", flush=True)
    for figure, asked_for, measured in rows(cuts):
        print(f"{figure:42} {asked_for:5} {measured}")
    if asked.json is not None:
        asked.json.write_text(json.dumps({"rows": rows(cuts)}, indent=1), encoding="utf-8")
    ours = [cut for cut in cuts if cut["peer"] == "solidcell"]
    return int(any(_lost(cut) or not cut["whole"] for cut in ours))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cuts", nargs="?", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _known(file: Path | None) -> list[dict[str, Any]]:
    if file is None or not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def one_cut(number: int, life_s: float, peers: list[str], folder: Path) -> list[dict[str, Any]]:
    with ExitStack() as held:
        images = {peer: _new_disk(folder / f"{peer}.img") for peer in peers}
        disks = {p: held.enter_context(mounted(i, folder / p)) for p, i in images.items()}
        writers = {p: held.enter_context(_writing(p, disk)) for p, disk in disks.items()}
        for writer in writers.values():
            writer.begun.wait(60.0)
        time.sleep(life_s)
        for writer in writers.values():
            os.kill(writer.process.pid, signal.SIGSTOP)
        for image in images.values():
            shutil.copyfile(image, image.with_suffix(".copy"))
        time.sleep(0.05)  # what they said before they froze is read by a thread
        told = {peer: writer.acknowledged for peer, writer in writers.items()}
    return [
        {"number": number, "peer": peer, "life_s": life_s, "acknowledged": told[peer]}
        | after_the_cut(peer, image.with_suffix(".copy"), folder / f"{peer}-copy")
        for peer, image in images.items()
    ]


def after_the_cut(peer: str, image: Path, point: Path) -> dict[str, Any]:
    with mounted(image, point) as disk:
        file = run_file_of(peer, disk)
        with closing(follow(peer, file)) as read:
            times_s = read(0)
        whole = bool(times_s) and times_s == sorted(times_s)
        if peer == "solidcell":
            counts = "SELECT count(*), ifnull(max(seq), 0) FROM reading"
            found = sqlite_shell(file, "PRAGMA integrity_check", counts)
            whole = found == f"ok|{len(times_s)}|{len(times_s)}"
    return {"found": len(times_s), "whole": whole}


def _lost(cut: dict[str, Any]) -> int:
    return max(0, cut["acknowledged"] - cut["found"])


def rows(cuts: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return (figure, asked, measured), for people."""
    told = []
    for peer in PEERS:
        made = [cut for cut in cuts if cut["peer"] == peer]
        lost = [_lost(cut) for cut in made]
        asked = ("100", "0", "0") if peer == "solidcell" else ("", "", "")
        if not made:
            told.append((f"{peer}: cuts", asked[0], "not installed"))
            continue
        taken, gone = sum(c["acknowledged"] for c in made), sum(n > 0 for n in lost)
        spoilt = sum(not c["whole"] for c in made)
        worst = f"{statistics.median(lost):g} median, {max(lost)} at most"
        told += [
            (f"{peer}: cuts", asked[0], f"{len(made)}"),
            ("  acknowledged rows lost", asked[1], f"{sum(lost)} of {taken}, in {gone} cuts"),
            ("  rows lost in a cut", "", worst),
            ("  files with a gap, empty or unreadable", asked[2], f"{spoilt}"),
        ]
    return told


def _new_disk(image: Path) -> Path:
    with image.open("wb") as file:
        file.truncate(DISK_MB * 1_000_000)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    return image


@contextmanager
def _writing(peer: str, disk: Path) -> Iterator[Writer]:
    writer = Writer(peer, disk, RATE_HZ, 10_000_000, dict(os.environ))
    try:
        yield writer
    finally:
        writer.process.kill()
        writer.wait()


@contextmanager
def mounted(image: Path, point: Path) -> Iterator[Path]:
    point.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(point)], check=True)
    try:
        yield point
    finally:
        for _ in range(50):  # a reader may still be closing its files
            left = subprocess.run(["umount", str(point)], capture_output=True, text=True)
            if left.returncode == 0:
                break
            time.sleep(0.1)
        else:
            raise OSError(left.stderr)


if __name__ == "__main__":
    sys.exit(main())
