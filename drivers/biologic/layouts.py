"""Read what a technique records: time, voltage, current, or a point of a spectrum.

Source: EC-Lab Development Package, sections "Data format" of 7.2 (OCV), 7.3 (CV), 7.11 (PEIS), 7.13
(GEIS), 7.36 and 7.37, each with a column for the VMP3 and for the SP-300 series; compared with
EPICS-ECLab (SP-300) and with PyExpLabSys and easy-biologic (both series; GPL, facts only).

The phase of an impedance is arg Z in radians. The manual names no unit; three clients written for
instruments take it so, one of them after measuring a dummy cell (EC-Lab's files have degrees).
"""

import cmath
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from ..errors import BadReplyError
from ..readings import Flag, ImpedancePoint, Observation, Reading
from .eclib import Block
from .models import Series
from .programme import CALIMIT, CPLIMIT, CV, GEIS, OCV, PEIS

Single: TypeAlias = Callable[[int], float]

_ANGLE_MAX_RAD: Final = 2.0 * math.pi + 0.01

_TIMED: Final = ("high", "low")
_STEP: Final = (*_TIMED, "ewe", "current", "cycle")
_BIASED: Final = (*_TIMED, "ewe", "current")
_POINT: Final = (
    *("frequency", "abs_ewe", "abs_current", "phase", "ewe", "current", "-"),
    *("abs_ece", "abs_ice", "phase_ce", "ece", "-", "-", "time"),
)
_COLUMNS: Final[dict[tuple[int, int], dict[Series, tuple[str, ...]]]] = {
    (OCV, 0): {Series.VMP3: (*_TIMED, "ewe", "ece"), Series.SP300: (*_TIMED, "ewe")},
    (CV, 0): {
        Series.VMP3: (*_TIMED, "control", "current", "ewe", "cycle"),
        Series.SP300: (*_TIMED, "current", "ewe", "cycle"),
    },
    **{(each, 0): dict.fromkeys(Series, _STEP) for each in (CPLIMIT, CALIMIT)},
    **{(each, 0): dict.fromkeys(Series, _BIASED) for each in (PEIS, GEIS)},
    **{
        (each, 1): {Series.VMP3: (*_POINT, "current_range"), Series.SP300: _POINT}
        for each in (PEIS, GEIS)
    },
}


def columns_of(technique: int, process: int, series: Series) -> tuple[str, ...]:
    """Name the columns. Raises ``BadReplyError`` for data that nobody asked for."""
    layout = _COLUMNS.get((technique, process))
    if layout is None:
        raise BadReplyError(f"data of technique {technique}, process {process}: not expected here")
    return layout[series]


def observations(
    block: Block, series: Series, single: Single, timebase_s: float, flags: Flag
) -> Iterator[Observation]:
    """Read a block. ``single`` reads a raw word as a number; ``flags`` go with each observation.

    What is recorded before the first frequency of a sweep is left out. Raises ``BadReplyError`` if
    the columns are not those of this technique and series: they would be read as other quantities.
    """
    names = columns_of(block.technique, block.process, series)
    if block.columns != len(names):
        raise BadReplyError(
            f"{block.columns} columns came where technique {block.technique}, process "
            f"{block.process} of the {series.value} series has {len(names)}: {', '.join(names)}"
        )
    if block.technique in (PEIS, GEIS):
        if block.process == 1:
            yield from (_point(names, row, single, flags) for row in block.rows)
        return
    start_s = 0.0 if math.isnan(block.start_s) else block.start_s
    timebase_s = float(f"{timebase_s:.6g}")  # a single of 24 us is 35 ms late after half a day
    for row in block.rows:
        ticks = row[0] << 32 | row[1]
        yield Reading(
            start_s + timebase_s * ticks,
            single(row[names.index("ewe")]),
            single(row[names.index("current")]) if "current" in names else 0.0,
            flags,
        )


def _point(names: Sequence[str], row: Sequence[int], single: Single, flags: Flag) -> ImpedancePoint:
    magnitude_v = single(row[names.index("abs_ewe")])
    magnitude_a = single(row[names.index("abs_current")])
    phase_rad = single(row[names.index("phase")])
    if abs(phase_rad) > _ANGLE_MAX_RAD:
        raise BadReplyError(f"the phase of an impedance is {phase_rad:g}, which is no angle in rad")
    z_ohm = (
        cmath.rect(magnitude_v / magnitude_a, phase_rad)
        if magnitude_a > 0
        else complex(math.nan, math.nan)
    )
    return ImpedancePoint(
        single(row[names.index("time")]), single(row[names.index("frequency")]), z_ohm, flags
    )
