"""Finds and loads BioLogic's EClib; says what is missing where it is not there.

Source: EC-Lab Development Package, "Installation". The library exists for Windows only, in a 32-bit
and a 64-bit form; the technique files (``.ecc``) and the kernels lie in the same folder.
"""

import ctypes
import struct
from pathlib import Path
from typing import Any, Final

from ..errors import UnsupportedError
from .structures import declare

FILE_NAME: Final = "EClib64.dll" if struct.calcsize("P") == 8 else "EClib.dll"
FOLDERS: Final = (
    Path("C:/EC-Lab Development Package/EC-Lab Development Package"),
    Path("C:/EC-Lab Development Package/lib"),
    Path("C:/EC-Lab Development Package"),
)
"""Where the maker's installer puts it, from old to new."""


def find_library(named: str = "") -> Path:
    """Return the library's file: ``named`` is the file or its folder, empty for the usual places.

    Raises ``UnsupportedError`` that says where it was looked for and how to get it.
    """
    given = Path(named)
    candidates = (
        [folder / FILE_NAME for folder in FOLDERS]
        if not named
        else [given / FILE_NAME if given.is_dir() else given]
    )
    for candidate in candidates:
        if candidate.is_file():
            return candidate.absolute()
    looked = ", ".join(str(candidate) for candidate in candidates)
    raise UnsupportedError(
        f"BioLogic's library {FILE_NAME} is not there (looked for {looked}). It comes with the "
        "EC-Lab Development Package (OEM package), for Windows only, from biologic.net; if it is "
        'installed elsewhere, name its folder: options = { library = "D:/EC-Lab" }'
    )


def load_library(file: Path) -> Any:
    """Load the library. Raises ``UnsupportedError`` if that is not EClib, or not for this Python.

    ``stdcall`` where there is such a thing, which is Windows.
    """
    kind = getattr(ctypes, "WinDLL", ctypes.CDLL)
    try:
        return declare(kind(str(file)))
    except OSError as error:
        bits = 8 * struct.calcsize("P")
        raise UnsupportedError(
            f"{file} cannot be loaded into this {bits}-bit Python: {error}"
        ) from error
    except AttributeError as error:
        raise UnsupportedError(f"{file} is not BioLogic's EClib: {error}") from error
