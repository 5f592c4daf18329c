"""Which file system a folder lies on: a live run needs a disk of this very machine.

SQLite's write-ahead log keeps its index in memory that reader and writer share, and relies on
locks and flushes that file systems of other machines do not give (sqlite.org/wal.html).
"""

import ctypes
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import RecordError

_MOUNTS: Final = Path("/proc/self/mounts")
# fmt: off
_OF_OTHER_MACHINES: Final = frozenset({
    "9p", "acfs", "afp", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs",
    "gfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs3", "nfs4", "ocfs2",
    "panfs", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "vmhgfs", "webdav",
})
"""Network file systems, and folders that a virtual machine shares with its host."""
_OF_OTHER_MACHINES_BY_FUSE: Final = (
    "afp", "ceph", "cifs", "dav", "gcsfuse", "gdfuse", "glusterfs", "google-drive", "gvfsd",
    "juicefs", "moosefs", "onedrive", "rclone", "s3fs", "seaweedfs", "smb", "sshfs", "vmhgfs",
)
# fmt: on
_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
_DRIVE_REMOTE: Final = 4
_DRIVE_RAMDISK: Final = 6
_MNT_LOCAL: Final = 0x1000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystem:
    """``kind`` is its name by the operating system; ``unknown`` where that does not say."""

    kind: str
    is_of_another_machine: bool
    is_in_memory: bool = False


def file_system_of(folder: Path) -> FileSystem:
    """Look up the file system of an existing folder; reads no file in it."""
    folder = folder.resolve()
    if sys.platform == "win32":
        return _of_windows(folder)
    if sys.platform == "darwin":
        return _of_macos(folder)
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return FileSystem(kind="unknown", is_of_another_machine=False)
    return named(kind_in_mounts(mounts, folder.as_posix()))


def require_local(folder: Path) -> FileSystem:
    """Raise ``RecordError`` if a live run cannot be kept in ``folder``; return what is there."""
    found = file_system_of(folder)
    if found.is_of_another_machine:
        raise RecordError(
            f"{folder}: this is {found.kind}, a file system of another machine, where a live run "
            "can be corrupted; record on a local disk and copy the run there once it has ended"
        )
    return found


def named(kind: str) -> FileSystem:
    """Judge a file system by the name that Linux or macOS gives it.

    >>> named("nfs4").is_of_another_machine, named("fuse.sshfs").is_of_another_machine
    (True, True)
    >>> named("ext4").is_of_another_machine, named("tmpfs").is_in_memory
    (False, True)
    """
    base = kind.lower()
    by_fuse = base.startswith("fuse") and any(name in base for name in _OF_OTHER_MACHINES_BY_FUSE)
    return FileSystem(
        kind=kind,
        is_of_another_machine=by_fuse or base in _OF_OTHER_MACHINES,
        is_in_memory=base in _IN_MEMORY,
    )


def kind_in_mounts(mounts: str, folder: str) -> str:
    """Find the file system of ``folder`` in the text of ``/proc/self/mounts``.

    The deepest mount point that holds it wins, and of two at one point the later.

    >>> kind_in_mounts("/dev/sda1 / ext4 rw 0 0\\nnas:/x /data nfs4 rw 0 0", "/data/runs")
    'nfs4'
    """
    kind, depth = "unknown", -1
    for line in mounts.splitlines():
        _, point, found, *_ = [*line.split(" "), "", "", ""]
        point = point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= depth:
            kind, depth = found, len(point)
    return kind


def _of_windows(folder: Path) -> FileSystem:
    if str(folder).startswith("\\\\"):
        return FileSystem(kind="a network share", is_of_another_machine=True)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  Windows only, and typed nowhere else
    number = int(kernel.GetDriveTypeW(f"{folder.drive}\\"))
    return FileSystem(
        kind="a network drive" if number == _DRIVE_REMOTE else f"drive {folder.drive}",
        is_of_another_machine=number == _DRIVE_REMOTE,
        is_in_memory=number == _DRIVE_RAMDISK,
    )


class _MacStatfs(ctypes.Structure):
    """``struct statfs`` of macOS with 64-bit inodes, <sys/mount.h>."""

    _fields_ = [
        ("f_bsize", ctypes.c_uint32),
        ("f_iosize", ctypes.c_int32),
        ("f_counts", ctypes.c_uint64 * 5),
        ("f_fsid", ctypes.c_int32 * 2),
        ("f_owner", ctypes.c_uint32),
        ("f_type", ctypes.c_uint32),
        ("f_flags", ctypes.c_uint32),
        ("f_fssubtype", ctypes.c_uint32),
        ("f_fstypename", ctypes.c_char * 16),
        ("f_mntonname", ctypes.c_char * 1024),
        ("f_mntfromname", ctypes.c_char * 1024),
        ("f_reserved", ctypes.c_uint32 * 8),
    ]


def _of_macos(folder: Path) -> FileSystem:
    """The system itself says which mounts are local."""
    found = _MacStatfs()
    library = ctypes.CDLL(None)
    statfs = getattr(library, "statfs$INODE64", None) or library.statfs
    if statfs(str(folder).encode(), ctypes.byref(found)) != 0:
        return FileSystem(kind="unknown", is_of_another_machine=False)
    kind = found.f_fstypename.decode("ascii", "replace")
    return FileSystem(kind=kind, is_of_another_machine=not found.f_flags & _MNT_LOCAL)
