"""Critical currents of many cells: from runs, or from a table of what others have measured."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np

from ..columns_file import utf8_text
from ..critical_current import CriticalCurrent, analyse_critical_current
from ..runs import Run, load_run
from ..sheets.sheet import Source
from ..sheets.sources import source_of_file, source_of_run
from ..statistics import Observation
from ..statistics.censored import Floats
from ..statistics.replicates import warned_of_repeated_cells
from ..units import MILLIAMPERE_HOUR_PER_CM2, ZERO_CELSIUS_K
from .condition_words import told_once
from .critical_current_map import CellAtCondition, Condition
from .electrode_currents import ElectrodeCurrents, electrode_currents

Mode: TypeAlias = Literal["any", "short", "contact loss"]
COLUMNS: Final = ("cell", "passed_ma_cm2", "failed_ma_cm2")
MORE_COLUMNS: Final = (
    "failure",
    "grade",
    "areal_capacity_mah_cm2",
    "stack_pressure_mpa",
    "temperature_c",
    "group",
)
LOST: Final = "lost before the test"
_SHORTED: Final = "shorted from the start"
_SAME_CHARGE: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """One cell as a table states it; ``failed_ma_cm2`` is ``None`` where no step failed.

    ``lost`` says that it never came to a test: it counts among the cells made, and has no critical
    current. ``condition`` lacks the charge where that grew with the current. ``electrodes`` has
    stripping and plating apart, for a run with a reference electrode.
    """

    cell: str
    passed_ma_cm2: float
    failed_ma_cm2: float | None
    failure: str
    grade: str
    condition: Condition
    group: str
    lost: bool = False
    electrodes: ElectrodeCurrents | None = None

    def observation(self, mode: Mode = "any") -> Observation | None:
        """What the cell says of the critical current by one mode of failure, in mA/cm².

        A cell that failed otherwise, or at the limit of its instrument, is right-censored at the
        step it passed; ``None`` where it says nothing at all.
        """
        counts = self.failed_ma_cm2 is not None and _is_of_mode(self.failure, mode)
        if counts and self.failed_ma_cm2 is not None:
            return Observation(self.passed_ma_cm2, self.failed_ma_cm2)
        return Observation.right(self.passed_ma_cm2) if self.passed_ma_cm2 > 0 else None

    def tested(self, mode: Mode = "any") -> CellAtCondition | None:
        """The same in SI, with its condition."""
        found = self.observation(mode)
        if found is None or self.lost:
            return None
        si = Observation(10 * found.low, 10 * found.high)
        return CellAtCondition(critical_current_a_per_m2=si, condition=self.condition)


def read_cells(
    files: Sequence[Path], group_by: str = "electrolyte"
) -> tuple[tuple[CellResult, ...], tuple[Source, ...], tuple[str, ...]]:
    """Read runs and CSV tables; return the cells, where they come from, and warnings.

    ``group_by`` is a field of the cell record whose text becomes the group of a run's cell.

    Raises
    ------
    ValueError
        If a table lacks a column or has a value that is no number, or a run is no
        critical-current test.
    """
    cells: list[CellResult] = []
    sources: list[Source] = []
    remarks: list[tuple[str, str]] = []
    for path in files:
        if path.suffix.lower() == ".csv":
            cells += _of_table(path)
            sources.append(source_of_file(path))
            continue
        run = load_run(path)
        verdict = analyse_critical_current(run)
        cells.append(cell_of_run(run, verdict, group_by))
        sources.append(source_of_run(run))
        remarks += [(cells[-1].cell, text) for text in verdict.warnings]
    repeated = warned_of_repeated_cells([cell.cell for cell in cells if not cell.lost])
    return tuple(cells), tuple(sources), (*told_once(remarks), *repeated)


def cell_of_run(run: Run, verdict: CriticalCurrent, group_by: str = "electrolyte") -> CellResult:
    """One run as a row: the verdict and the condition it was measured at."""
    cell = run.header.cell
    shorted = verdict.failure == _SHORTED
    return CellResult(
        cell=str(cell.get("name", run.header.run_id)),
        passed_ma_cm2=verdict.passed_ma_cm2,
        failed_ma_cm2=verdict.failed_ma_cm2,
        failure=verdict.failure,
        grade=verdict.evidence_grade,
        condition=Condition(
            areal_capacity_c_per_m2=half_cycle_charge_c_per_m2(run),
            stack_pressure_pa=_measured(run.stack_pressure_pa, cell.get("stack_pressure_pa")),
            temperature_k=_measured(run.temperature_k, cell.get("temperature_k")),
        ),
        group=str(cell.get(group_by, "") or "not given"),
        lost=shorted or (verdict.failed_ma_cm2 is None and verdict.passed_ma_cm2 == 0),
        electrodes=None if shorted else electrode_currents(verdict),
    )


def half_cycle_charge_c_per_m2(run: Run) -> float | None:
    """Charge that every step was asked to move in a half-cycle, ``None`` where it was not one.

    With constant time it grows with the current: the charge at failure is then part of the
    outcome, and no condition that it could be compared at.
    """
    area_m2 = float(run.header.cell["electrode_area_m2"])
    charges = np.array(
        [
            abs(float(s.settings["current_a"])) * float(s.settings["duration_s"]) / area_m2
            for s in run.segments
            if s.phase == "step" and s.kind == "Galvanostatic" and s.continues is None
        ]
    )
    if not charges.size or np.ptp(charges) > _SAME_CHARGE * charges.mean():
        return None
    return float(charges.mean())


def _is_of_mode(failure: str, mode: Mode) -> bool:
    if failure == "compliance":
        return False
    is_contact = failure == "contact loss"
    return mode == "any" or is_contact == (mode == "contact loss")


def _measured(values: Floats, stated: object) -> float | None:
    known = values[np.isfinite(values)]
    if known.size:
        return float(np.median(known))
    return None if stated is None else float(str(stated))


def _of_table(path: Path) -> Iterator[CellResult]:
    reader = csv.DictReader(utf8_text(path).splitlines())
    have = reader.fieldnames or []
    if missing := [name for name in COLUMNS if name not in have]:
        raise ValueError(
            f"{path.name} lacks the column {', '.join(missing)}; it needs {', '.join(COLUMNS)} "
            f"and may have {', '.join(MORE_COLUMNS)}"
        )
    for number, row in enumerate(reader, start=2):
        yield _of_row(row, f"{path.name}, line {number}")


def _of_row(row: Mapping[str, str | None], where: str) -> CellResult:
    passed = _number(row, "passed_ma_cm2", where)
    failed = _number(row, "failed_ma_cm2", where)
    lost = passed is None and failed is None
    if failed is not None and not failed > (passed or 0.0):
        raise ValueError(
            f"{where}: failed_ma_cm2 is {failed:g}, which must exceed the {passed or 0:g} passed"
        )
    charge = _number(row, "areal_capacity_mah_cm2", where)
    pressure = _number(row, "stack_pressure_mpa", where)
    celsius = _number(row, "temperature_c", where)
    text = (row.get("failure") or "").strip()
    return CellResult(
        cell=(row.get("cell") or "").strip() or where,
        passed_ma_cm2=passed or 0.0,
        failed_ma_cm2=failed,
        failure=text or (LOST if lost else "none" if failed is None else "not stated"),
        grade=(row.get("grade") or "").strip(),
        condition=Condition(
            areal_capacity_c_per_m2=None if charge is None else charge * MILLIAMPERE_HOUR_PER_CM2,
            stack_pressure_pa=None if pressure is None else pressure * 1e6,
            temperature_k=None if celsius is None else celsius + ZERO_CELSIUS_K,
        ),
        group=(row.get("group") or "").strip() or "not given",
        lost=lost,
    )


def _number(row: Mapping[str, str | None], name: str, where: str) -> float | None:
    text = (row.get(name) or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{where}: {name} is {text!r}, which is no number") from None
    if not math.isfinite(value) or (value < 0 and name != "temperature_c"):
        raise ValueError(f"{where}: {name} is {text}; it must be finite and not negative")
    return value
