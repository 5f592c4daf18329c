"""Which figures a report has, in their order, with what stands under each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from matplotlib.figure import Figure

from .content import Content
from .figures import Box, draw_course, draw_nyquist, draw_resistance
from .series_figures import (
    draw_arrhenius_lines,
    draw_spectra_over_temperature,
    draw_surroundings,
    panels_of,
)

_PANEL_IN = 1.1
_FIRST_PANEL_IN = 2.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure: the names of its file and of its table, and how high it is on page and screen.

    ``heading`` begins a section of the PDF, kept together with ``keep_in`` inches of it.
    """

    name: str
    table: str
    draw: Callable[[Figure, Box], None]
    caption: str
    page_in: float
    screen_in: float
    heading: str = ""
    keep_in: float = 1.2


def drawings_of(content: Content) -> tuple[Drawing, ...]:
    """The figures that there is something to draw in."""
    course = (_course(content), _resistance(content), _surroundings(content))
    spectra = (_arrhenius(content), _impedance(content))
    found = (*spectra, *reversed(course)) if content.series is not None else (*course, *spectra)
    return tuple(one for one in found if one is not None)


def _course(content: Content) -> Drawing | None:
    if not len(content.trace):
        return None
    trace, resistance = content.trace, content.resistance
    note = f" Drawn from {trace.note}." if trace.note else ""
    shaded = " The failing step is shaded." if content.failure is not None else ""
    caption = (
        "Voltage (left) and current density (right) against time; "
        "positive current strips the working electrode. Below: area specific resistance of each "
        "half-cycle at its start (open) and end (filled), both interfaces included; "
        f"charge moved in either direction.{shaded}{note}"
        if resistance is not None
        else f"Voltage (left) and current density (right) against time; charge moved.{note}"
    )
    return Drawing(
        name=trace.name,
        table=trace.name,
        draw=lambda f, box: draw_course(f, box, trace, resistance, content.failure),
        caption=caption,
        page_in=5.1 if resistance is not None else 4.2,
        screen_in=6.0 if resistance is not None else 4.5,
        heading="Course of the run",
        keep_in=5.0,
    )


def _resistance(content: Content) -> Drawing | None:
    if content.resistance is None or not len(content.resistance):
        return None
    return Drawing(
        name="resistance",
        table="resistance",
        draw=partial(draw_resistance, resistance=content.resistance),
        caption="Area specific resistance against current density: start (open) and end "
        "(filled) of each half-cycle, medians of six readings, both interfaces included.",
        page_in=2.6,
        screen_in=3.2,
    )


def _surroundings(content: Content) -> Drawing | None:
    table = content.surroundings
    if table is None:
        return None
    height_in = _FIRST_PANEL_IN + _PANEL_IN * (len(panels_of(table)) - 1)
    soaked = (
        " Dashed: what was asked of the oven; shaded: stable until soaked; triangles: spectra."
        if len(content.soaks)
        else ""
    )
    note = f" Drawn from {table.note}." if table.note else ""
    spectra_h = [sweep.elapsed_s / 3600.0 for sweep in content.run.sweeps]
    return Drawing(
        name=table.name,
        table=table.name,
        draw=lambda f, box: draw_surroundings(f, box, table, content.soaks, spectra_h),
        caption=f"What was read beside the cell, against time.{soaked}{note}",
        page_in=height_in,
        screen_in=height_in + 0.3,
        heading="Around the cell",
        keep_in=height_in + 0.9,
    )


def _impedance(content: Content) -> Drawing | None:
    if not len(content.spectra):
        return None
    if content.series is not None:
        draw = partial(draw_spectra_over_temperature, table=content.spectra)
        caption = (
            "Spectra as measured, times the electrode area, on equal axes, by the temperature "
            "of the cell; on the right the warmest again, magnified, with its powers of ten of the "
            "frequency."
        )
    else:
        draw = partial(draw_nyquist, spectra=content.spectra)
        caption = (
            "Spectra as measured, times the electrode area, on equal axes; lines join "
            "the points. From first (dark) to last (bright); those on either side of a failure "
            "stand out. Larger points mark powers of ten of the frequency."
        )
    return Drawing(
        name="impedance",
        table="impedance",
        draw=draw,
        caption=caption,
        page_in=4.4 if content.series is None else 3.2,
        screen_in=4.6 if content.series is None else 3.9,
        heading="Impedance",
        keep_in=4.5 if content.series is None else 4.15,
    )


def _arrhenius(content: Content) -> Drawing | None:
    found = content.series.found if content.series is not None else None
    lines = found.arrhenius if found is not None else None
    if lines is None or not lines.fits:
        return None
    return Drawing(
        name="arrhenius",
        table="arrhenius_points",
        draw=partial(draw_arrhenius_lines, found=lines),
        caption="Conductivity of the electrolyte's parts against the inverse temperature, from "
        "the spectra fitted together; bars and ± are standard errors, temperatures count as exact.",
        page_in=4.3,
        screen_in=5.2,
        heading="Conductivity over temperature",
        keep_in=5.2,
    )
