"""What stands on the tile of a channel, in words and numbers; nothing of Qt."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from ...acquisition.glances.glance import Glance
from ...acquisition.glances.voltage_history import Point
from ...acquisition.runs import RunStateName
from ..display_units import MA_CM2_PER_A_M2, clock_text
from ..run_words import STATES, StateWords
from ..theme import Tone

Key: TypeAlias = tuple[str, Path | None]
IDLE: Final = StateWords("○", "Idle", "muted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """The texts of a tile, and what may be asked of its run."""

    key: Key
    run_id: str
    channel: str
    state: StateWords
    cell: str
    voltage: str
    current: str
    where: str
    time: str
    worry: str
    worry_tone: Tone
    temperature: str
    history: tuple[Point, ...]
    needs_attention: bool
    can_stop: bool
    can_pause: bool
    can_resume: bool

    @property
    def spoken(self) -> str:
        """All of it for who hears."""
        facts = (f"Channel {self.channel}", *self._facts)
        return ", ".join(fact for fact in facts if fact)

    @property
    def tip(self) -> str:
        """All of it for who points, a line each."""
        facts = (self.run_id or "Nothing has run on this channel", *self._facts)
        return "\n".join(fact for fact in facts if fact)

    @property
    def _facts(self) -> tuple[str, ...]:
        numbers = (self.voltage, self.current, self.temperature, self.where, self.time)
        return self.state.text, self.cell, *numbers, self.worry


def tile_of(glance: Glance) -> Tile:
    """The tile of a channel."""
    words = IDLE if glance.state is None else STATES[glance.state]
    return Tile(
        key=key_of(glance),
        run_id=glance.run_id,
        channel=glance.channel or "?",
        state=words,
        cell=glance.cell,
        voltage="" if glance.voltage_v is None else f"{_fixed(glance.voltage_v, 4)} V",
        current=current_text(glance),
        where=_below(glance),
        time=_time_text(glance),
        worry=glance.worry,
        worry_tone="danger" if words.tone == "danger" else "warning",
        temperature=_temperature(glance),
        history=glance.history,
        needs_attention=glance.needs_attention,
        can_stop=glance.is_under_way,
        can_pause=glance.state is RunStateName.RUNNING,
        can_resume=glance.state is RunStateName.PAUSED,
    )


def key_of(glance: Glance) -> Key:
    """What tells one tile from another."""
    return glance.channel, glance.run_file


def current_text(glance: Glance) -> str:
    """The current density, or the current where no area is known."""
    if glance.current_a is None:
        return ""
    if glance.electrode_area_m2 is None:
        return f"{_fixed(glance.current_a * 1e3, 3)} mA"
    density_a_m2 = glance.current_a / glance.electrode_area_m2
    return f"{_fixed(density_a_m2 * MA_CM2_PER_A_M2, 3)} mA/cm²"


def where_text(glance: Glance) -> str:
    """Step and segment, each once."""
    told = (glance.step, glance.oven or glance.segment)
    return " · ".join(dict.fromkeys(text for text in told if text))


def summary_text(tiles: list[Tile]) -> str:
    """How many channels there are, and how many of them do what.

    >>> summary_text([])
    'No channel'
    """
    if not tiles:
        return "No channel"
    counts: dict[str, int] = {}
    for tile in tiles:
        counts[tile.state.text] = counts.get(tile.state.text, 0) + 1
    told = " · ".join(f"{count} {text.lower()}" for text, count in counts.items())
    return f"{len(tiles)} channel{'' if len(tiles) == 1 else 's'}: {told}"


def _below(glance: Glance) -> str:
    """Where the run is, or why it is there no more; of a pause what becomes of the cell."""
    if glance.state is RunStateName.PAUSED:
        return "cell open" if glance.safe else "held at 0 A, output on"
    return where_text(glance) or ("" if glance.worry else glance.detail)


def _time_text(glance: Glance) -> str:
    if not glance.run_id:
        return ""
    elapsed = clock_text(glance.elapsed_s)
    if glance.remaining_s is None:
        return elapsed
    return f"{elapsed}, {clock_text(glance.remaining_s)} left"


def _temperature(glance: Glance) -> str:
    kelvin = glance.temperature_k
    return "" if kelvin is None else f"{_fixed(kelvin - 273.15, 1)} °C"


def _fixed(value: float, places: int) -> str:
    """So many decimal places, and no minus before a zero."""
    text = f"{value:.{places}f}"
    return (text if float(text) else f"{0.0:.{places}f}").replace("-", "\N{MINUS SIGN}")
