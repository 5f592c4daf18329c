"""A live run stays on a disk of this machine."""

from pathlib import Path

import pytest
from solidcell.acquisition.record import file_system, write_ahead
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.file_system import (
    FileSystem,
    file_system_of,
    kind_in_mounts,
    named,
)
from solidcell.acquisition.record.writer import RunWriter
from support.runs import header

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /run tmpfs rw 0 0
nas:/export /data nfs4 rw,vers=4.2 0 0
/dev/sdb1 /data/local ext4 rw 0 0
//nas/lab /mnt/my\\040lab cifs rw 0 0
ada@nas: /home/ada/nas fuse.sshfs rw 0 0
/dev/sdc1 /media ext4 rw 0 0
nas:/b /media nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ada/runs", "ext4"),
        ("/data", "nfs4"),
        ("/data/runs/2026", "nfs4"),
        ("/data/local/runs", "ext4"),
        ("/database/runs", "ext4"),
        ("/mnt/my lab/runs", "cifs"),
        ("/home/ada/nas/runs", "fuse.sshfs"),
        ("/home/ada/nas2", "ext4"),
        ("/media/runs", "nfs"),  # mounted over the disk
    ],
)
def test_a_folder_lies_on_the_deepest_mount_that_holds_it(folder, kind):
    assert kind_in_mounts(MOUNTS, folder) == kind


@pytest.mark.parametrize(
    "kind",
    ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.rclone", "9p", "vboxsf", "ceph", "lustre"],
)
def test_network_file_systems_are_of_another_machine(kind):
    assert named(kind).is_of_another_machine


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "ntfs3", "fuseblk", "apfs", "vfat"]
)
def test_disks_of_this_machine_are_not(kind):
    assert not named(kind).is_of_another_machine


def test_the_folder_of_a_test_is_on_a_file_system_that_is_known(tmp_path):
    found = file_system_of(tmp_path)
    assert found.kind != "unknown"
    assert not found.is_of_another_machine


def test_a_live_run_on_a_network_drive_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(
        file_system,
        "file_system_of",
        lambda folder: FileSystem(kind="nfs4", is_of_another_machine=True),
    )
    with pytest.raises(RecordError, match=r"this is nfs4, a file system of another machine.*copy"):
        RunWriter.create(tmp_path / "a.run.sqlite", header()).close()
    assert list(tmp_path.iterdir()) == []


def test_an_sqlite_without_strict_tables_is_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(write_ahead, "OLDEST_SQLITE", (99, 1, 0))
    with pytest.raises(RecordError, match=r"too old for a run file, which needs 99\.1\.0"):
        RunWriter.create(tmp_path / "a.run.sqlite", header()).close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(RecordError, match="nowhere"):
        RunWriter.create(Path(tmp_path / "nowhere" / "a.run.sqlite"), header()).close()
