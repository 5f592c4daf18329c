"""How every channel is doing, cheap enough to ask twice a second of sixty-four live runs."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ...drivers.clock import Clock, SystemClock
from ..preview.plan_ahead import Ahead, plan_ahead
from .alarms import Alarm
from .run_places import RunPlaces
from .standing import Glance
from .watched_run import WatchedRun

__all__ = ["Alarm", "Glance", "Glances"]

_FIND_EVERY_S: Final = 2.0


class Glances:
    """Looks at the runs of a data folder: those under way, and the last one of each channel.

    Belongs to the thread that made it, like the files it keeps open; close it when done. With
    ``channels`` (of a bench file), a channel on which nothing has run is shown as well. A run that
    cannot be read says so in its row; ``look`` raises nothing.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as empty, Glances(Path(empty), channels=("A1",)) as glances:
    ...     [(each.channel, each.state) for each in glances.look()]
    [('A1', None)]
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        channels: tuple[str, ...] = (),
        clock: Clock | None = None,
    ) -> None:
        self._channels = channels
        self._clock = clock or SystemClock()
        self._places = RunPlaces(data_dir)
        self._watched: dict[Path, WatchedRun] = {}
        self._plans: dict[tuple[str, str], Ahead] = {}
        self._found_s: float | None = None

    def look(self) -> list[Glance]:
        """Every run that counts as it stands now, by channel and then by begin."""
        now_s = self._clock.now_s()
        if self._found_s is None or now_s - self._found_s >= _FIND_EVERY_S:
            self._found_s = now_s
            self._watch(self._places.find())
        told = [run.look() for run in self._watched.values()]
        self._plan()
        used = {glance.channel for glance in told}
        idle = [Glance(channel=channel) for channel in self._channels if channel not in used]
        return sorted([*told, *idle], key=lambda each: (natural_order(each.channel), each.run_id))

    def show_channels(self, channels: tuple[str, ...]) -> None:
        """Show these channels from the next look on, even if nothing has run on them."""
        self._channels = channels

    def close(self) -> None:
        """Release every file. May be called twice."""
        for run in self._watched.values():
            run.close()
        self._watched = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _watch(self, found: Mapping[Path, str]) -> None:
        for run_file in self._watched.keys() - found.keys():
            self._watched.pop(run_file).close()
        for run_file, channel in found.items():
            if run_file not in self._watched:
                self._watched[run_file] = WatchedRun(run_file, channel, self._clock)

    def _plan(self) -> None:
        """Working out a plan takes as long as looking at many runs: one a look, and never twice."""
        may_work = True
        for run in self._watched.values():
            header = run.unplanned
            if header is None:
                continue
            key = (header.protocol_text, header.cell_text)
            if key not in self._plans and may_work:
                self._plans[key] = plan_ahead(header)
                may_work = False
            if key in self._plans:
                run.take_plan(self._plans[key])


def natural_order(name: str) -> tuple[tuple[str, int], ...]:
    """A key that puts channel ``A10`` behind ``A9``.

    >>> sorted(["B1", "A10", "A9"], key=natural_order)
    ['A9', 'A10', 'B1']
    """
    parts: list[tuple[str, int]] = []
    word, number = "", ""
    for letter in f"{name.casefold()}\0":
        if letter.isdecimal() and letter.isascii():
            number += letter
            continue
        if number:
            parts.append((word, int(number)))
            word, number = "", ""
        word += letter
    return (*parts, (word, -1))
