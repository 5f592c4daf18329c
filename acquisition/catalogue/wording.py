"""Text as every database takes it and every search finds it; digests and times."""

import hashlib
import json
import unicodedata
import uuid
from datetime import UTC, datetime
from typing import Any, Final

from ..record.rows import RunHeader

_OURS: Final = uuid.UUID("8b0f7c0e-3f0d-5c64-9a55-7d1d3f6f5f1e")


def plain(value: Any) -> Any:
    """Replace in any text within ``value`` what PostgreSQL refuses: NUL and lone surrogates.

    >>> plain({"name": ["a\\x00b", 1.5]})
    {'name': ['a\ufffdb', 1.5]}
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {plain(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def folded(text: str) -> str:
    """Return the text by which another is found: any case, either of two like signs.

    >>> folded("Straße 5 µm") == folded("STRASSE 5 μm")
    True
    """
    return unicodedata.normalize("NFKC", text).casefold()


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value, whatever the order of its keys.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(_canonical(value)).hexdigest()


def run_uuid(header: RunHeader) -> str:
    """Return who the run is, wherever its file lies: a name made of all that its head says.

    The head has time, host and start of the machine: two benches never share it.
    """
    return str(uuid.uuid5(_OURS, digest(header_values(header))))


def key_of(run: str | None, run_id: str, path: str) -> str:
    """Return the key of one run file: the run's own, or one more for a copy beside it.

    ``path`` is that of the run file in its data folder; ``run`` is ``None`` if the file cannot be
    read.
    """
    own_place = f"{run_id}/{run_id}.run.sqlite"
    if run is not None and path == own_place:
        return run
    return str(uuid.uuid5(_OURS, digest([run, path])))


def header_values(header: RunHeader) -> dict[str, Any]:
    """Return the head of a run as one JSON value."""
    return {name: getattr(header, name) for name in RunHeader.__dataclass_fields__}


def when(text: str) -> datetime | None:
    """Return the time that an ISO 8601 text states, UTC if it names no zone; else ``None``.

    >>> when("2026-11-21T10:00:00+01:00").isoformat()
    '2026-11-21T09:00:00+00:00'
    >>> when("yesterday") is None
    True
    """
    try:
        told = datetime.fromisoformat(text)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return text.encode("ascii")
