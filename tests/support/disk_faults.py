"""A disk that is slow, full or broken on demand, for a process of its own (Linux, C compiler)."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_name("disk_faults.c")


class NoFaultsError(Exception):
    """This machine cannot be made to fail. Says why."""


@dataclass(frozen=True)
class DiskFaults:
    """``environment`` makes a process meet the faults that ``say`` names, in the files whose path
    holds a part.
    """

    library: Path
    orders: Path
    part: str

    @classmethod
    def build(cls, folder: Path, part: str = ".run.sqlite") -> "DiskFaults":
        """Compile the library. Raises ``NoFaultsError`` where that cannot be."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None or platform.libc_ver()[0] != "glibc":
            raise NoFaultsError("disk faults need Linux with glibc and a C compiler")
        library = folder / "disk_faults.so"
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl"]
        subprocess.run(command, check=True)
        faults = cls(library, folder / "disk_faults.txt", part)
        faults.say("")
        return faults

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "LD_PRELOAD": str(self.library),
            "DISK_FAULTS": str(self.orders),
            "DISK_FAULTS_FILE": self.part,
        }

    def say(self, orders: str) -> None:
        """Change the faults from now on; an empty text is a good disk."""
        new = self.orders.with_suffix(".new")
        new.write_text(orders, encoding="ascii")
        new.replace(self.orders)
