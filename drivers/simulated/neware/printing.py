"""How a BTS server prints rows, steps and live values."""

from typing import Final

from .channel import CyclerChannel
from .records import wall

AH_S: Final = 3600.0


def data(items: list[str]) -> list[str]:
    """A list of rows, each given by its attributes."""
    if not items:
        return ['  <list count="0" />']
    rows = [f"    <data {item} />" for item in items]
    return [f'  <list count="{len(rows)}">', *rows, "  </list>"]


def steps(channel: CyclerChannel) -> list[str]:
    """The attributes of each step that a channel's test has done so far."""
    layers: list[str] = []
    begin = 0
    rows = channel.rows
    for end in range(1, len(rows) + 1):
        same = end < len(rows) and rows[end].tenths > rows[end - 1].tenths
        if same and rows[end].step == rows[begin].step:
            continue
        first, last = rows[begin], rows[end - 1]
        layers.append(
            f'startseqid="{first.number}" endseqid="{last.number}" stepindex="{len(layers) + 1}" '
            f'stepid="{first.step}" cycleid="{first.cycle}" steptype="{first.kind}" '
            f'steptime="{100 * last.tenths}" endatime="{wall(last.at_s)}" '
            f'startvolt="{first.voltage_v:.15g}" endvolt="{last.voltage_v:.15g}" '
            f'startcurr="{first.current_a:.15g}" endcurr="{last.current_a:.15g}" '
            f'cap="{last.charge_c / AH_S:.15g}" eng="{last.energy_j / AH_S:.15g}" dcir="0"'
        )
        begin = end
    return layers


def short(value: float) -> str:
    """Four decimals, without those that are 0: as the live values come."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
