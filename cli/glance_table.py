"""Glances at many channels as a table for a terminal of any width, and as plain lines."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Column, Table
from rich.text import Text

from ..acquisition.glances.glance import Glance
from ..acquisition.runs import RunStateName
from .sparkline import sparkline

_ICONS: Final[dict[str, tuple[str, str]]] = {
    "running": ("▶", "cyan"),
    "paused": ("‖", "yellow"),
    "recovering": ("↻", "yellow"),
    "dead": ("!", "bold red"),
    "unreadable": ("!", "bold red"),
    "completed": ("✓", "green"),
    "stopped": ("■", "dim"),
    "emergency_stop": ("■", "red"),
    "limit_tripped": ("▲", "red"),
    "failed": ("✗", "red"),
    "interrupted": ("!", "yellow"),
    "idle": ("○", "dim"),
}
_FRAME_LINES: Final = 5  # heads and the rule under them, a line above and below, the foot
_MA_PER_A: Final = 1e3
_MA_CM2_PER_A_M2: Final = 0.1
_ZERO_CELSIUS_K: Final = 273.15


class GlanceTable:
    """Fits itself to the terminal that it is printed on; see ``rows_that_fit``."""

    def __init__(self, glances: Sequence[Glance], foot: str, *, cut: bool = True) -> None:
        self._glances, self._foot, self._cut = glances, foot, cut

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it: as many rows as there are lines, and how many are left out."""
        lines = (options.height or console.height) - _FRAME_LINES
        shown = rows_that_fit(self._glances, lines) if self._cut else list(self._glances)
        left_out = len(self._glances) - len(shown)
        foot = f"{left_out} not shown · {self._foot}" if left_out else self._foot
        plain = options.ascii_only or options.legacy_windows
        yield _table(shown, options.max_width, plain=plain)
        worried = [each for each in shown if each.needs_attention and each.worry]
        for each in worried if len(worried) <= lines - len(shown) or not self._cut else ():
            yield _in_one_line(f"! {each.channel}  {each.worry}", "red", plain=plain)
        yield _in_one_line(foot, "dim", plain=plain)


def rows_that_fit(glances: Sequence[Glance], lines: int) -> list[Glance]:
    """Leave out ended runs first, then such as go well; never one that needs attention if another
    could go.
    """
    ranked = sorted(glances, key=lambda each: (not each.needs_attention, not each.is_under_way))
    kept = {id(each) for each in ranked[: max(1, lines)]}
    return [each for each in glances if id(each) in kept]


def foot_of(glances: Sequence[Glance]) -> str:
    """How many channels there are, doing what."""
    states = Counter(_word(each) for each in glances)
    told = ", ".join(f"{count} {word}" for word, count in states.most_common())
    worried = sum(each.needs_attention for each in glances)
    need = f" · {worried} need{'s' if worried == 1 else ''} attention" if worried else ""
    plural = "" if len(glances) == 1 else "s"
    return f"{len(glances)} channel{plural}: {told}{need}" if glances else "no run yet"


def plain_line(glance: Glance) -> str:
    """The same of one channel in one line, for a file or a pipe."""
    told = [f"{glance.channel:<5}", _word(glance), glance.cell, _where(glance)]
    if glance.voltage_v is not None:
        told += [f"{fixed(glance.voltage_v, 4)} V", current_text(glance)]
    told += [f"{celsius} °C" if (celsius := celsius_text(glance)) else ""]
    told += [f"elapsed {_clock(glance.elapsed_s)}", f"! {glance.worry}" if glance.worry else ""]
    return "  ".join(part for part in told if part)


def current_text(glance: Glance) -> str:
    """The current density, or the current where no area is known."""
    if glance.current_a is None:
        return ""
    if glance.electrode_area_m2:
        density_a_m2 = glance.current_a / glance.electrode_area_m2
        return f"{fixed(density_a_m2 * _MA_CM2_PER_A_M2, 3)} mA/cm²"
    return f"{glance.current_a * _MA_PER_A:.4g} mA"


def celsius_text(glance: Glance) -> str:
    """The temperature of the cell in °C, as far as it is known."""
    kelvin = glance.temperature_k
    return "" if kelvin is None else fixed(kelvin - _ZERO_CELSIUS_K, 1)


def fixed(value: float, places: int) -> str:
    """So many decimal places, and no minus before a zero.

    >>> fixed(-0.00001, 4), fixed(-0.1457, 3)
    ('0.0000', '-0.146')
    """
    text = f"{value:.{places}f}"
    return text if float(text) else f"{0.0:.{places}f}"


def _table(glances: Sequence[Glance], width: int, *, plain: bool) -> Table:
    """Of what does not fit, the step goes first, then the temperature, then the time left."""
    has_left, has_step = width >= 100, width >= 140
    has_warmth = width >= 110 and any(each.temperature_k is not None for each in glances)
    curve = max(8, min(24, (width - 80) // 4 + 8))
    unit = _unit(glances)
    columns = [_column("ch."), _column("state"), _column("cell", width // 7)]
    columns += [_column("step", width // 7)] if has_step else []
    columns += [_column("V", right=True), _column(unit or "current", right=True)]
    columns += [_column("°C", right=True)] if has_warmth else []
    columns += [_column("V(t)", curve), _column("elapsed", right=True)]
    columns += [_column("left, about", right=True)] if has_left else []
    columns += [Column("to see to", no_wrap=True, overflow="ellipsis", ratio=1)]
    if plain:
        for column in columns:
            column.header, column.overflow = _spelled(str(column.header)), "crop"
    look = box.ASCII_DOUBLE_HEAD if plain else box.SIMPLE_HEAD
    table = Table(*columns, box=look, padding=(0, 1, 0, 0), pad_edge=False, width=width)
    for each in glances:
        cells = [Text(each.channel, style="bold"), _state(each, plain=plain), Text(each.cell)]
        cells += [Text(_where(each))] if has_step else []
        cells += [Text("" if each.voltage_v is None else fixed(each.voltage_v, 4))]
        cells += [Text(current_text(each).removesuffix(unit).rstrip())]
        cells += [Text(celsius_text(each))] if has_warmth else []
        cells += [Text(sparkline(each.history, curve, plain=plain), style="cyan")]
        cells += [Text(_clock(each.elapsed_s) if each.run_id else "")]
        cells += [Text(_clock(each.remaining_s))] if has_left else []
        cells += [Text(each.worry, style="red" if each.needs_attention else "dim")]
        for cell in cells if plain else ():
            cell.plain = _spelled(cell.plain)
        table.add_row(*cells)
    return table


def _column(name: str, widest: int | None = None, *, right: bool = False) -> Column:
    side: Literal["left", "right"] = "right" if right else "left"
    return Column(name, no_wrap=True, overflow="ellipsis", max_width=widest, justify=side)


def _unit(glances: Sequence[Glance]) -> str:
    """The unit of every current that is shown; empty if there are two."""
    measured = [each for each in glances if each.current_a is not None]
    units = {"mA/cm²" if each.electrode_area_m2 else "mA" for each in measured}
    return units.pop() if len(units) == 1 else ""


def _in_one_line(text: str, style: str, *, plain: bool) -> Text:
    if plain:
        return Text(_spelled(text), style=style, no_wrap=True, overflow="crop")
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def _spelled(text: str) -> str:
    """In letters that any terminal has."""
    text = text.replace(" · ", ", ").replace("²", "2").replace("°C", "deg C")
    return text.encode("ascii", "replace").decode("ascii")


def _state(glance: Glance, *, plain: bool) -> Text:
    icon, style = _ICONS[glance.state.value if glance.state is not None else "idle"]
    word = _word(glance)
    return Text(word if plain else f"{icon} {word}", style=style)


def _word(glance: Glance) -> str:
    if glance.state is None:
        return "idle"
    if glance.state is RunStateName.DEAD:
        return "output unknown"
    return glance.state.value.replace("_", " ")


def _where(glance: Glance) -> str:
    told = (glance.step, glance.oven or glance.segment)
    return " · ".join(dict.fromkeys(text for text in told if text))


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else str(timedelta(seconds=int(seconds)))
