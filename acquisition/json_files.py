"""Small JSON files that are replaced whole, never half written."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..drivers.clock import SystemClock

_ATTEMPTS: Final = 20
_PAUSE_S: Final = 0.05


def write_json(path: Path, value: Mapping[str, Any], *, durable: bool = True) -> None:
    """Replace ``path`` by ``value`` in one step; a power cut later does not undo it if ``durable``.

    Windows refuses the replacement while another program looks at the file, so it is tried again
    for a second before ``PermissionError`` is raised.
    """
    half_made = path.with_name(f"{path.name}.{os.getpid()}.new")
    with half_made.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, allow_nan=False, indent=2)
        file.write("\n")
        file.flush()
        if durable:
            os.fsync(file.fileno())
    clock = SystemClock()
    for attempt in range(_ATTEMPTS):
        try:
            half_made.replace(path)
        except PermissionError:
            if attempt == _ATTEMPTS - 1:
                raise
            clock.sleep_until(clock.now_s() + _PAUSE_S)
        else:
            return


def read_json(path: Path) -> dict[str, Any] | None:
    """Return what ``path`` holds, or ``None`` if there is no such file.

    Raises ``ValueError`` if it does not hold one JSON object.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(f"{path}: expected one JSON object, found {type(value).__name__}")
    return value
