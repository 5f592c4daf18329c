"""Room on the disk that is kept for the end: also on a full disk, a run can say why it ended."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from .errors import RecordError

RESERVE_BYTES: Final = 1_000_000
"""Holds about 20 000 waiting rows and the events of an end."""


class Reserve:
    """A file beside the run file that is there to be deleted."""

    def __init__(self, run_file: Path, size_bytes: int = RESERVE_BYTES) -> None:
        self.path = run_file.with_name(f"{run_file.name}-reserve")
        self._size_bytes = size_bytes

    def take(self) -> None:
        """Occupy the room, unless an earlier writer of the run has. Raises ``RecordError``."""
        if self.path.exists():
            return
        try:
            with self.path.open("wb") as file:
                file.write(os.urandom(self._size_bytes))  # nothing that could be compressed away
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self.release()
            raise RecordError(
                f"{self.path.parent}: {self._size_bytes / 1e6:g} MB are kept free for the end of "
                f"a run, and there is no room for them: {error}"
            ) from None

    def release(self) -> bool:
        """Give the room to whoever writes next; say whether there was any."""
        with suppress(OSError):
            os.truncate(self.path, 0)  # where there is no room even to delete
            self.path.unlink()
            return True
        return False
