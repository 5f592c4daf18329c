"""What was acknowledged is on the disk itself, not in the memory of the kernel."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from solidcell.acquisition.record.reader import RunReader

TESTS = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@contextmanager
def mounted(image, point):
    """The file system in a file, or the reason why there is none."""
    point.mkdir(exist_ok=True)
    mount = subprocess.run(
        ["mount", "-o", "loop", str(image), str(point)], capture_output=True, text=True
    )
    if mount.returncode:
        pytest.skip(f"no file system can be mounted from a file: {mount.stderr.strip()}")
    try:
        yield point
    finally:
        subprocess.run(["umount", "--lazy", str(point)], check=True)


@pytest.fixture
def disk(tmp_path):
    if sys.platform != "linux" or shutil.which("mkfs.ext4") is None or os.getuid() != 0:
        pytest.skip("a disk whose power can be cut needs Linux, mkfs.ext4 and root")
    image = tmp_path / "disk.img"
    with image.open("wb") as file:
        file.truncate(32_000_000)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    with mounted(image, tmp_path / "disk") as folder:
        yield folder


@pytest.mark.parametrize("lines_before_the_cut", [1, 30, 400])
def test_no_acknowledged_reading_is_lost_when_the_power_is_cut(
    disk, tmp_path, lines_before_the_cut
):
    """The program is frozen and the device copied: the copy has what was flushed, and no more."""
    path = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
    writer = subprocess.Popen(
        [sys.executable, "-m", "support.endless_writer", str(disk / "a.run.sqlite")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=TESTS,
        env=os.environ | {"PYTHONPATH": path},
    )
    with writer:
        for _ in range(lines_before_the_cut):
            line = writer.stdout.readline()
        writer.send_signal(signal.SIGSTOP)
        shutil.copyfile(tmp_path / "disk.img", tmp_path / "copy.img")
        writer.kill()
        acknowledged = int([line, *writer.stdout.read().splitlines()][-1])
    with mounted(tmp_path / "copy.img", tmp_path / "copy") as copy:
        with RunReader(copy / "a.run.sqlite") as run:
            readings = run.readings()
        assert len(readings) >= acknowledged
        assert [reading.seq for reading in readings] == list(range(1, len(readings) + 1))
        db = sqlite3.connect(copy / "a.run.sqlite")
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()
