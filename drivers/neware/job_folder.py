"""Where step files are put: one folder, as this machine and as the PC of the BTS server see it."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from ..errors import LinkLostError

_WRITTEN_AS: Final = ".part"


@dataclass(frozen=True, slots=True)
class JobFolder:
    """``here`` is the folder on this machine, ``on_bts`` the same one on the server's."""

    here: Path
    on_bts: str

    def write(self, name: str, content: bytes) -> str:
        """Put a job into the folder, whole or not at all; return its path on the server's machine.

        Raises ``LinkLostError`` if the folder cannot be written to.
        """
        path, part = self.here / name, self.here / (name + _WRITTEN_AS)
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise LinkLostError(
                f"the job {name} cannot be put into {self.here}: {error.strerror or error}"
            ) from error
        return str(_pure(self.on_bts) / name)

    def discard(self, name: str) -> None:
        """Take a job away again; one that cannot be removed is left."""
        with suppress(OSError):  # the server's machine may still hold it open
            (self.here / name).unlink(missing_ok=True)


def _pure(folder: str) -> PureWindowsPath | PurePosixPath:
    """A folder of a Windows machine, unless it can only be one of another system."""
    return PurePosixPath(folder) if folder.startswith("/") else PureWindowsPath(folder)
