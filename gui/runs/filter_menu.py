"""A menu that writes a field into the line in which runs are searched."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu

from .model import Choices
from .wording import GROUPS, quoted

Write = Callable[[str], object]
_TIMES = (("Today", "today"), ("Last 7 days", "7d"), ("Last 30 days", "30d"))
_STATES = ("running", "paused", "completed", "stopped", "limit_tripped", "failed", "interrupted")


def fill_menu(menu: QMenu, choices: Choices, write: Write) -> None:
    """Offer what may be searched for; ``write`` is given the field that was picked."""
    menu.clear()
    groups = [(f"{name.capitalize()}: several states", quoted("state", name)) for name in GROUPS]
    states = [(name.replace("_", " ").capitalize(), quoted("state", name)) for name in _STATES]
    _add(menu, "&State", [*groups, *states], write)
    _add(menu, "&Cell", _named("cell", choices.cells), write)
    _add(menu, "&Electrolyte", _named("electrolyte", choices.electrolytes), write)
    _add(menu, "C&hannel", _named("channel", choices.channels), write)
    _add(menu, "&Begun", [(text, quoted("since", value)) for text, value in _TIMES], write)
    densities = [(f"Passed {limit} mA/cm² or more", f"ccd>={limit}") for limit in (0.5, 1, 2)]
    _add(menu, "Critical c&urrent", [("Has a result", "ccd:any"), *densities], write)


def _named(name: str, values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, quoted(name, value)) for value in values]


def _add(menu: QMenu, title: str, entries: Sequence[tuple[str, str]], write: Write) -> None:
    inner = menu.addMenu(title)
    inner.setEnabled(bool(entries))
    for text, field in entries:
        inner.addAction(text).triggered.connect(lambda _checked=False, field=field: write(field))
