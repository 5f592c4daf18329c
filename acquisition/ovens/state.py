"""What the keeper of an oven publishes, twice a second and in one step."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from ...drivers.capabilities import Identity
from ..json_files import read_json, write_json
from ..processes import ProcessId
from .request import patiently


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One run in the queue, as the others see it."""

    key: str
    run_id: str
    temperature_k: float
    note: str = ""

    def in_words(self) -> str:
        """Say who wants what.

        >>> Place(key="", run_id="r7", temperature_k=333.15, note="paused").in_words()
        'r7: 60.0 °C (paused)'
        """
        note = f" ({self.note})" if self.note else ""
        return f"{self.run_id}: {self.temperature_k - 273.15:.1f} °C{note}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OvenState:
    """The oven at ``at_s`` (of the machine's monotonic clock), as its ``keeper`` knows it.

    ``target_k`` is what was asked of the oven, ``setpoint_k`` what it regulates to at this moment.
    ``fault`` is why it must not be used, which ends what those with ``fault_keys`` asked for; no
    heat is asked for then. ``is_ours``: its temperature was set by a run, and its heat not stopped
    since. ``identity`` is who answered. ``read_at_s`` is when ``temperature_k`` was read.
    ``has_ended``: the keeper is gone in its own way.
    """

    keeper: ProcessId
    name: str
    at_s: float
    read_at_s: float | None = None
    temperature_k: float | None = None
    setpoint_k: float | None = None
    target_k: float | None = None
    is_heating: bool = False
    is_ours: bool = False
    fault: str = ""
    fault_keys: tuple[str, ...] = ()
    holders: tuple[Place, ...] = ()
    waiting: tuple[Place, ...] = ()
    identity: Identity | None = None
    has_ended: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether the keeper is there."""
        return not self.has_ended and self.keeper.is_alive()

    def write(self, path: Path) -> None:
        """Publish it."""
        write_json(path, asdict(self), durable=False)

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Return what was published last; ``None`` if nothing was, or nothing readable."""
        try:
            stored = patiently(lambda: read_json(path))
            return None if stored is None else cls._from_json(stored)
        except (KeyError, TypeError, ValueError):
            return None

    @classmethod
    def _from_json(cls, stored: Mapping[str, Any]) -> Self:
        places = {
            name: tuple(Place(**each) for each in stored[name]) for name in ("holders", "waiting")
        }
        keys = tuple(stored["fault_keys"])
        keeper = ProcessId.from_json(stored["keeper"])
        said = stored["identity"]
        identity = None if said is None else Identity(**said)
        told = {"fault_keys": keys, "keeper": keeper, "identity": identity}
        return cls(**{**stored, **places, **told})
