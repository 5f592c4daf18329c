"""A wall clock that is set while a program runs, for processes of their own (Linux, C compiler)."""

import platform
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_suffix(".c")


@dataclass(frozen=True)
class ClockSteps:
    """``library`` is to be loaded before the C library, with ``CLOCK_STEPS`` naming ``file``."""

    library: Path
    file: Path

    @classmethod
    def build(cls, folder: Path) -> "ClockSteps | None":
        """Compile the library; ``None`` where that cannot be."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None or platform.libc_ver()[0] != "glibc":
            return None
        library = folder / "clock_steps.so"
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl"]
        subprocess.run(command, check=True)
        steps = cls(library, folder / "clock_steps.bin")
        steps.set_off(0.0)
        return steps

    def set_off(self, by_s: float) -> None:
        """Have the wall clock be ahead by so much, from now on; behind if negative."""
        ns = struct.pack("=q", round(by_s * 1e9))
        if self.file.exists():
            with self.file.open("r+b") as file:  # in place: it is mapped into the processes
                file.write(ns)
        else:
            self.file.write_bytes(ns)
