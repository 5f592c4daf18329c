"""A shared library with the C interface of BioLogic's EClib, before R0 + (R1 || C1) on a clock.

It is compiled by whatever C compiler there is; see ``eclib/double.c``. It proves that the driver
speaks that interface, and nothing of the bytes between the maker's library and an instrument.
"""

import ctypes
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from solidcell.drivers.biologic.potentiostat import BiologicPotentiostat, open_biologic
from solidcell.drivers.clock import JumpClock

_SOURCE = Path(__file__).parent / "eclib" / "double.c"
ADDRESS = "192.168.0.10/3"
VMP3, SP150, SP300 = 5, 14, 16
TECHNIQUES = ("ocv", "cplimit", "calimit", "cv", "peis", "geis")


def compiled(folder: Path) -> Path | None:
    """Compile the library into ``folder``; ``None`` where there is no C compiler."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        return None
    library = folder / "eclib_double.so"
    command = [compiler, "-shared", "-fPIC", "-O1"]
    subprocess.run([*command, "-o", str(library), str(_SOURCE), "-lm"], check=True)
    for stem in TECHNIQUES:
        for suffix in ("", "4"):
            (folder / f"{stem}{suffix}.ecc").write_bytes(b"")
    for kernel in ("kernel.bin", "kernel4.bin"):
        (folder / kernel).write_bytes(b"")
    return library


class DoubleClock(JumpClock):
    """A clock that leaps, and takes the library's time with it."""

    def __init__(self, library: ctypes.CDLL) -> None:
        super().__init__()
        self._library = library
        library.DOUBLE_SetTime.argtypes = [ctypes.c_double]

    def sleep_until(self, at_s: float) -> None:
        super().sleep_until(at_s)
        self._library.DOUBLE_SetTime(self.now_s())


@dataclass
class EclibBench:
    """``device`` speaks to the library at ``file``; ``set`` and ``fail`` change what it does."""

    file: Path
    device_code: int = SP300
    r0_ohm: float = 50.0
    r1_ohm: float = 100.0
    c1_f: float = 1e-3
    library: ctypes.CDLL = field(init=False)
    clock: DoubleClock = field(init=False)
    device: BiologicPotentiostat = field(init=False)

    def __post_init__(self) -> None:
        self.library = ctypes.CDLL(str(self.file))
        self.library.DOUBLE_Reset.argtypes = [ctypes.c_int, *3 * [ctypes.c_double]]
        self.library.DOUBLE_Set.argtypes = [ctypes.c_char_p, ctypes.c_double]
        self.library.DOUBLE_Fail.argtypes = [ctypes.c_char_p, ctypes.c_int]
        self.library.DOUBLE_Reset(self.device_code, self.r0_ohm, self.r1_ohm, self.c1_f)
        self.clock = DoubleClock(self.library)
        self.device = self.another()

    def another(self, **options: bool) -> BiologicPotentiostat:
        """A new driver for the same instrument."""
        return open_biologic(ADDRESS, library=str(self.file), clock=self.clock, **options)

    def set(self, what: str, value: float) -> None:
        """Change what the instrument is, or suffers from."""
        self.library.DOUBLE_Set(what.encode(), value)

    def fail(self, function: str, code: int) -> None:
        """Let the next call of ``function`` give an error code."""
        self.library.DOUBLE_Fail(function.encode(), code)

    @property
    def runs(self) -> bool:
        """Whether a technique is being carried out."""
        return bool(self.library.DOUBLE_State())

    def z_ohm(self, frequency_hz: float) -> complex:
        """What the cell's impedance is."""
        omega = 6.283185307179586 * frequency_hz
        return self.r0_ohm + self.r1_ohm / (1 + 1j * omega * self.r1_ohm * self.c1_f)
