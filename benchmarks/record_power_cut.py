"""Cuts the power of a simulated disk at random moments: acknowledged rows that are gone.

    QCODES_PYTHON=…/bin/python python benchmarks/record_power_cut.py [cuts] [seed]

Linux and root: an ext4 file system in a file, mounted through a loop device. A program records
100 rows/s on it. At a random moment the program is frozen and the file is copied: that is what the
device holds, without what the kernel still keeps in memory. The copy is mounted, which replays its
journal as after a power cut, and the rows in it are counted and checked. Then the program goes on,
until the next cut; it is started anew ten times. The disk is assumed to keep what it was told to
flush. Rows "acknowledged": ours were committed; PyMeasure and QCoDeS have taken them.
"""

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
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from record_disks import PEERS, Writer, follow, python_of, run_file_of

DISK_MB = 24
RATE_HZ = 100.0
RUNS = 10
LONGEST_LIFE_S = 1.0


@dataclass(frozen=True)
class Cut:
    """One power cut; ``whole`` says that no row is missing before the last one."""

    acknowledged: int
    found: int
    whole: bool

    @property
    def lost(self) -> int:
        return max(0, self.acknowledged - self.found)


def main() -> None:
    cuts = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    where = "/dev/shm" if Path("/dev/shm").is_dir() else None
    print(f"{cuts} cuts each; load {os.getloadavg()[0]:.1f}")
    for peer in PEERS:
        if python_of(peer) is None:
            print(f"{peer}: not installed")
            continue
        with tempfile.TemporaryDirectory(dir=where) as name:
            folder = Path(name)
            made = [cut for _ in range(RUNS) for cut in one_run(peer, folder, cuts // RUNS, chance)]
        lost = [cut.lost for cut in made]
        print(peer)
        print(f"  cuts                                   {len(made):9d}")
        print(f"  rows acknowledged before them          {sum(c.acknowledged for c in made):9d}")
        print(f"  cuts that lost acknowledged rows       {sum(n > 0 for n in lost):9d}")
        print(f"  rows lost a cut, median and most       {statistics.median(lost):9g} {max(lost)}")
        print(f"  files with a gap or not to be read     {sum(not c.whole for c in made):9d}")


def one_run(peer: str, folder: Path, cuts: int, chance: random.Random) -> Iterator[Cut]:
    image = folder / "disk.img"
    with image.open("wb") as file:
        file.truncate(DISK_MB * 1_000_000)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    with mounted(image, folder / "disk") as disk:
        writer = Writer(peer, disk, RATE_HZ, 10_000_000, dict(os.environ))
        try:
            writer.begun.wait(60.0)
            for _ in range(cuts):
                time.sleep(chance.uniform(0.01, LONGEST_LIFE_S))
                yield cut(peer, folder, image, writer)
        finally:
            writer.process.kill()
            writer.wait()


def cut(peer: str, folder: Path, image: Path, writer: Writer) -> Cut:
    copy = folder / "copy.img"
    os.kill(writer.process.pid, signal.SIGSTOP)
    shutil.copyfile(image, copy)
    acknowledged = writer.acknowledged
    os.kill(writer.process.pid, signal.SIGCONT)
    with mounted(copy, folder / "copy") as disk:
        with closing(follow(peer, run_file_of(peer, disk))) as read:
            times_s = read(0)
        return Cut(acknowledged, len(times_s), is_whole(peer, run_file_of(peer, disk), times_s))


def is_whole(peer: str, file: Path, times_s: list[float]) -> bool:
    if peer != "solidcell":
        return bool(times_s) and times_s == sorted(times_s)
    shell = [sys.executable, "-c", _CHECK, str(file)]
    found = subprocess.run(shell, capture_output=True, text=True).stdout.split()
    return found == ["ok", str(len(times_s)), str(len(times_s))]


_CHECK = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print(*db.execute("PRAGMA integrity_check").fetchone())
print(*db.execute("SELECT count(*), ifnull(max(seq), 0) FROM reading").fetchone())
"""


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
    main()
