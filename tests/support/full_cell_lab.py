"""A simulated full cell with an ideal instrument: what it reads as stretches, and as a run file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from solidcell.acquisition.record.writer import RunWriter
from solidcell.analysis.cycling.stretches import Stretch
from solidcell.drivers.simulated.full_cell.cell import NONE, FullCell
from solidcell.drivers.simulated.full_cell.materials import NMC
from solidcell.drivers.simulated.network import Drive
from support.runs import header

AREA_M2 = 0.785e-4
ONE_C_A = 200 * NMC.loading_kg_m2 * AREA_M2  # 200 mAh/g, the whole open-circuit table
RECORD = {
    "name": "NMC-7",
    "electrolyte": "LPSCl",
    "working_electrode": "NMC",
    "counter_electrode": "Li",
    "electrode_area_m2": AREA_M2,
    "active_mass_kg": NMC.loading_kg_m2 * AREA_M2,
    "active_material": "NMC",
    "thickness_m": 500e-6,
    "temperature_k": 298.15,
}


@dataclass
class Segment:
    kind: str
    start_s: float
    end: str
    tags: Mapping[str, Any]
    rows: list[tuple[float, float, float]] = field(default_factory=list)


class FullCellLab:
    """Does one thing after the other with a cell and keeps what was read."""

    def __init__(self, cell: FullCell | None = None, *, noise_v: float = 0.0) -> None:
        self.cell = cell or FullCell(ageing=NONE)
        self.segments: list[Segment] = []
        self._rng, self._noise_v = np.random.default_rng(5), noise_v

    def rest(self, duration_s: float, period_s: float = 60.0, **tags: Any) -> None:
        """Leave the cell at 0 A."""
        made = self._begin("Rest", tags, "completed")
        for _ in range(round(duration_s / period_s)):
            self._read(made, period_s, Drive("current", 0.0))

    def drive(self, rate_c: float, stop_v: float, period_s: float = 60.0, /, **tags: Any) -> None:
        """Drive a constant current to a voltage; charges if the rate is above 0."""
        made = self._begin("Galvanostatic", tags, "voltage_limit")
        volts = self.cell.terminal.voltage_v
        near_v = 0.03 if rate_c > 0 else 0.65  # it falls steeply
        while True:
            finely_s = period_s / 20 if abs(volts - stop_v) < near_v else period_s
            volts = self._read(made, finely_s, Drive("current", rate_c * ONE_C_A))
            if np.sign(rate_c) * (volts - stop_v) >= 0:
                return

    def pulse(
        self, rate_c: float, duration_s: float, period_s: float = 5.0, /, **tags: Any
    ) -> None:
        """Drive a constant current for a time."""
        made = self._begin("Galvanostatic", tags, "completed")
        for _ in range(round(duration_s / period_s)):
            self._read(made, period_s, Drive("current", rate_c * ONE_C_A))

    def hold(self, volts: float, until_rate_c: float, period_s: float = 60.0, **tags: Any) -> None:
        """Hold a voltage until the current has fallen."""
        made = self._begin("Potentiostatic", tags, "watch")
        while True:
            self._read(made, period_s, Drive("voltage", volts))
            if abs(made.rows[-1][2]) <= until_rate_c * ONE_C_A:
                return

    def cycle(self, rate_c: float, number: int | None = None, /, **tags: Any) -> None:
        """Charge to 4.3 V and discharge to 3.0 V."""
        counted = {} if number is None else {"cycle": number}
        for sign, stop_v in ((1, 4.3), (-1, 3.0)):
            directed = {} if number is None else {"direction": sign}
            self.drive(
                sign * rate_c, stop_v, 60.0 / max(rate_c, 0.2), **counted, **directed, **tags
            )

    def stretches(self) -> list[Stretch]:
        """What was read, without a file between."""
        return [_stretch(each) for each in self.segments]

    def write(self, path: Path, **record: Any) -> Path:
        """The same as a run file; ``record`` changes the cell's, ``None`` leaves a field out."""
        cell = {k: v for k, v in {**RECORD, **record}.items() if v is not None}
        with RunWriter.create(path, header(cell=cell), group_commit_s=60.0) as writer:
            for each in self.segments:
                self._write(writer, each)
            last_s = self.segments[-1].rows[-1][0]
            writer.event(last_s, "run_ended", {"reason": "completed", "detail": ""})
        return path

    def _write(self, writer: RunWriter, each: Segment) -> None:
        number = writer.segment(each.start_s, each.kind, each.kind, {}, dict(each.tags))
        for elapsed_s, volts, amperes in each.rows:
            writer.reading(number, elapsed_s, volts, amperes, None, None, 0)
        last_s = each.rows[-1][0]
        body = {"number": number, "end": each.end, "detail": "", "began_s": each.start_s}
        writer.event(last_s, "segment_ended", {**body, "duration_s": last_s - each.start_s})

    def _begin(self, kind: str, tags: Mapping[str, Any], end: str) -> Segment:
        self.segments.append(Segment(kind, self.cell.time_s, end, tags))
        return self.segments[-1]

    def _read(self, made: Segment, period_s: float, drive: Drive) -> float:
        terminal = self.cell.advance(period_s, drive)
        volts = terminal.voltage_v + self._noise_v * self._rng.standard_normal()
        made.rows.append((self.cell.time_s, volts, terminal.current_a))
        return volts


def _stretch(each: Segment) -> Stretch:
    time_s, volts, amperes = np.array(each.rows).T
    mean_a = float(np.mean(amperes))
    tags = each.tags
    return Stretch(
        kind=each.kind,
        start_s=each.start_s,
        time_s=time_s,
        voltage_v=volts,
        current_a=amperes,
        temperature_k=np.full(time_s.size, np.nan),
        direction=int(tags.get("direction", np.sign(mean_a))) if each.kind != "Rest" else 0,
        cycle=tags.get("cycle"),
        phase=str(tags.get("phase", "")),
        rate_c=tags.get("rate_c"),
        end=each.end,
    )
