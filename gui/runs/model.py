"""Runs as a Qt table that sorts ten thousand of them at a click; texts are made when shown."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from ...acquisition.catalogue.listing import ListedRun
from ...acquisition.glances.glance import Glance, natural_order
from ...acquisition.runs import RunState
from ..display_units import MA_CM2_PER_A_M2, clock_text
from ..run_words import STATES
from ..theme import LIGHT, Theme

Index: TypeAlias = QModelIndex | QPersistentModelIndex
COLUMNS: Final = ("", "Cell", "Ch.", "Begun", "Lasted", "CCD")
STATE, CELL, CHANNEL, BEGUN, LASTED, CCD = range(len(COLUMNS))
_NUMERIC: Final = (LASTED, CCD)
_TIPS: Final = (
    "How the run stands",
    "Name of the cell",
    "Channel of the bench",
    "When the run began, by the clock on the wall",
    "Elapsed time of the run",
    "Highest current density that passed, in mA/cm²; of a report",
)
_STATES: Final = tuple(STATES)
_TOP: Final = QModelIndex()


class RunsModel(QAbstractTableModel):
    """A table of runs, the newest first until it is sorted otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ListedRun] = []
        self._order = (BEGUN, Qt.SortOrder.DescendingOrder)
        self._theme = LIGHT

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme

    def set_runs(self, runs: Sequence[ListedRun]) -> None:
        """Show these; where they are the same runs in the same order, only what changed."""
        rows = _sorted(runs, *self._order)
        if [_file(row) for row in rows] != [_file(row) for row in self.rows]:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        for number, row in enumerate(rows):
            if row != self.rows[number]:
                self._put(number, row)

    def show_live(self, glances: Sequence[Glance]) -> bool:
        """Let runs under way go on; return whether the listing is out of date.

        That is so if a run is under way that is not listed, or if one has ended.
        """
        known: Mapping[Path, int] = {
            _file(row): number for number, row in enumerate(self.rows) if row.run.ended_as is None
        }
        is_stale = False
        for glance in glances:
            if glance.run_file is None or glance.state is None:
                continue
            number = known.get(glance.run_file)
            if number is None:
                is_stale = is_stale or glance.is_under_way
                continue
            before = self.rows[number].state
            is_stale = is_stale or not glance.is_under_way
            now = replace(
                before, state=glance.state, detail=glance.detail, elapsed_s=glance.elapsed_s
            )
            if now != before:
                self._put(number, replace(self.rows[number], state=now))
        return is_stale

    def row_of(self, run_file: object) -> int | None:
        """Where a run stands in the table."""
        return next((n for n, row in enumerate(self.rows) if _file(row) == run_file), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; runs without a value come last either way."""
        self._order = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        files = [_file(self.rows[index.row()]) for index in before]
        self.rows = _sorted(self.rows, column, order)
        places = {_file(row): number for number, row in enumerate(self.rows)}
        after = [
            self.index(places[file], index.column())
            for file, index in zip(files, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """How many runs there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """How many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tip, colour or alignment of a cell."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text_of(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return tip_of(row)
            case Qt.ItemDataRole.AccessibleTextRole if column == STATE:
                return STATES[row.state.state].text
            case Qt.ItemDataRole.ForegroundRole if column == STATE:
                return QColor(self._theme.tone(STATES[row.state.state].tone))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(column)
        return None

    def headerData(  # noqa: N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The name of a column, and what it means."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section]
            case Qt.ItemDataRole.ToolTipRole:
                return _TIPS[section]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(section)
        return None

    def _put(self, number: int, row: ListedRun) -> None:
        self.rows[number] = row
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(COLUMNS) - 1))


def text_of(row: ListedRun, column: int) -> str:
    """What stands in a cell of the table."""
    match column:
        case 0:  # STATE
            return STATES[row.state.state].icon
        case 1:  # CELL
            return row.run.cell or _name(row.state)
        case 2:  # CHANNEL
            return row.state.channel
        case 3:  # BEGUN
            return _begun(row)
        case 4:  # LASTED
            return clock_text(row.state.elapsed_s)
        case _:
            passed = row.run.passed_a_m2
            return "" if passed is None else f"{passed * MA_CM2_PER_A_M2:.3g}"


def tip_of(row: ListedRun) -> str:
    """All that the catalogue knows of a run, in a few lines."""
    run, state = row.run, row.state
    words = STATES[state.state].text
    moved_mah = run.moved_charge_c / 3.6
    lines = [
        state.run_id,
        f"{words}. {state.detail}".rstrip(" "),
        " · ".join(text for text in (run.cell, run.electrolyte, run.protocol) if text),
        f"{run.readings} readings, {run.impedance_points} impedance points, {moved_mah:.4g} mAh",
        _result(row),
        f"by {run.operator}" if run.operator else "",
        "checked and sealed" if run.sealed else "",
    ]
    return "\n".join(line for line in lines if line)


def _result(row: ListedRun) -> str:
    run = row.run
    if run.passed_a_m2 is None and run.failed_a_m2 is None:
        return ""
    passed, failed = (
        "none" if value is None else f"{value * MA_CM2_PER_A_M2:.3g} mA/cm²"
        for value in (run.passed_a_m2, run.failed_a_m2)
    )
    how = f", {run.failure}" if run.failure else ""
    return f"Critical current: {passed} passed, {failed} failed{how}"


def _name(state: RunState) -> str:
    """The cell's part of a run's name, where the file does not tell."""
    _, _, rest = state.run_id.partition("_")
    return rest.removeprefix(f"{state.channel}_") or state.run_id


def _begun(row: ListedRun) -> str:
    """Day and time, by our clock; of an earlier year the day only."""
    begun = row.run.created
    if begun is None:
        return row.state.run_id[:10] if row.state.run_id[:4].isdecimal() else ""
    ours = begun.astimezone()
    is_recent = ours.year == datetime.now(UTC).astimezone().year
    return f"{ours:%m-%d %H:%M}" if is_recent else f"{ours:%Y-%m-%d}"


def _sorted(rows: Sequence[ListedRun], column: int, order: Qt.SortOrder) -> list[ListedRun]:
    descends = order == Qt.SortOrder.DescendingOrder
    keyed = [(_key(row, column), row) for row in rows]
    told = [each for each in keyed if each[0] is not None]
    told.sort(key=lambda each: each[0], reverse=descends)
    return [row for _, row in told] + [row for key, row in keyed if key is None]


def _key(row: ListedRun, column: int) -> Any:
    match column:
        case 0:
            return _STATES.index(row.state.state)
        case 1:
            return natural_order(text_of(row, CELL))
        case 2:
            return natural_order(row.state.channel)
        case 3:
            begun: datetime | None = row.run.created
            return None if begun is None else begun.timestamp()
        case 4:
            return row.state.elapsed_s if math.isfinite(row.state.elapsed_s) else None
        case _:
            return row.run.passed_a_m2


def _side(column: int) -> int:
    right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
    return int((right if column in _NUMERIC else left) | Qt.AlignmentFlag.AlignVCenter)


def _file(row: ListedRun) -> Path:
    return row.state.run_file


@dataclass(frozen=True, slots=True)
class Choices:
    """Values that a person may pick to find runs by, as far as runs are listed."""

    cells: tuple[str, ...]
    electrolytes: tuple[str, ...]
    channels: tuple[str, ...]


def choices_of(rows: Sequence[ListedRun], most: int = 20) -> Choices:
    """The names that occur among runs, sorted; at most so many of each."""

    def names(told: set[str]) -> tuple[str, ...]:
        return tuple(sorted(filter(None, told), key=natural_order)[:most])

    return Choices(
        cells=names({row.run.cell for row in rows}),
        electrolytes=names({row.run.electrolyte for row in rows}),
        channels=names({row.state.channel for row in rows}),
    )
