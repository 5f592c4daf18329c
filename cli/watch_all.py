"""Watching every channel of a data folder at once, in a table or line by line."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live

from ..acquisition.glances.glance import Glance, Glances
from ..acquisition.runs import RunStateName
from ..drivers.clock import SystemClock
from .answer import print_json, say
from .glance_table import GlanceTable, foot_of, plain_line

_LEAVE = "Ctrl+C leaves; runs go on"


def watch_all(
    data_dir: Path,
    *,
    channels: tuple[str, ...] = (),
    every_s: float = 1.0,
    until_done: bool = False,
    as_json: bool = False,
) -> int:
    """Show every channel until Ctrl+C, or with ``until_done`` until nothing is under way.

    Returns 0, or 1 if a run that was under way meanwhile ended in any way but completed.
    """
    if as_json:
        with Glances(data_dir, channels=channels) as glances:
            print_json({"data": data_dir, "channels": [_as_json(each) for each in glances.look()]})
        return 0
    console = Console()
    show = _in_a_table if console.is_terminal else _in_lines
    with Glances(data_dir, channels=channels) as glances:
        ended = _Ended()
        with suppress(KeyboardInterrupt):
            show(console, glances, ended, data_dir, every_s, until_done)
            return ended.exit_code
    going_on = len(ended.under_way)
    say(f"left; {going_on} run{'' if going_on == 1 else 's'} under way, and going on")
    return 0


class _Ended:
    """What has become of the runs that were under way."""

    def __init__(self) -> None:
        self.under_way: set[Path] = set()
        self.exit_code = 0

    def see(self, glances: Sequence[Glance]) -> bool:
        """Take a look into account; return whether nothing is under way."""
        now = {each.run_file for each in glances if each.is_under_way}
        for each in glances:
            if each.run_file in self.under_way and not each.is_under_way:
                self.exit_code |= each.state is not RunStateName.COMPLETED
        self.under_way = {run_file for run_file in now if run_file is not None}
        return not now


def _in_a_table(
    console: Console,
    glances: Glances,
    ended: _Ended,
    data_dir: Path,
    every_s: float,
    until_done: bool,
) -> None:
    seen: list[Glance] = []
    with Live(console=console, screen=True, auto_refresh=False, transient=True) as live:

        def show(looked: list[Glance]) -> None:
            seen[:] = looked
            foot = f"{foot_of(looked)} · {_LEAVE} · {data_dir}"
            live.update(GlanceTable(looked, foot), refresh=True)

        _look_on(glances, ended, show, every_s, until_done)
    console.print(GlanceTable(seen, foot_of(seen), cut=False))


def _in_lines(
    console: Console,
    glances: Glances,
    ended: _Ended,
    data_dir: Path,
    every_s: float,
    until_done: bool,
) -> None:
    del console
    told: dict[tuple[str, str], object] = {}

    def show(looked: list[Glance]) -> None:
        if not looked and not told:
            say(f"no run yet in {data_dir}")
            told["", ""] = None
        for each in looked:
            news = (each.state, each.segment, each.alarm_count, each.is_silent)
            if told.get((each.channel, each.run_id), ()) != news:
                told[each.channel, each.run_id] = news
                print(plain_line(each))
        sys.stdout.flush()

    _look_on(glances, ended, show, every_s, until_done)


def _look_on(
    glances: Glances,
    ended: _Ended,
    show: Callable[[list[Glance]], None],
    every_s: float,
    until_done: bool,
) -> None:
    clock = SystemClock()
    next_s = clock.now_s()
    while True:
        looked = glances.look()
        is_done = ended.see(looked)
        show(looked)
        if is_done and until_done:
            return
        next_s = max(next_s + every_s, clock.now_s())
        clock.sleep_until(next_s)


def _as_json(glance: Glance) -> dict[str, Any]:
    return {**asdict(glance), "needs_attention": glance.needs_attention}
