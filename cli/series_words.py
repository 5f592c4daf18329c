"""What ``solidcell fit --arrhenius`` says of a series over temperature."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..analysis.impedance.series.from_spectra import SeriesAnalysis


def series_as_json(series: "SeriesAnalysis") -> dict[str, Any]:
    """The lines, the points, and the reasons as plain values."""
    from ..analysis.report.arrhenius_tables import line_rows, point_rows

    tables = (line_rows(series), point_rows(series))
    lines, points = (
        [dict(zip(table.header, row, strict=True)) for row in table.rows] for table in tables
    )
    return {
        "circuit": series.series.circuit,
        "lines": lines,
        "points": points,
        "not_shared": list(series.released),
        "reasons": list(series.reasons),
        "assumptions": [] if series.arrhenius is None else list(series.arrhenius.assumptions),
    }


def print_series(series: "SeriesAnalysis") -> None:
    """The lines and the reasons."""
    from ..analysis.report.arrhenius_tables import line_grid

    print(f"series over {len(series.series.at)} temperatures  {series.series.circuit}")
    grid = line_grid(series)
    for process, energy, other, conductivity, count in grid.rows:
        energies = f"Ea {energy}, {grid.header[2]} {other}"
        print(f"  {process:22} {energies}   σ(25 °C) {conductivity}   {count} temperatures")
    assumptions = () if series.arrhenius is None else series.arrhenius.assumptions
    for remark in (*series.reasons, *assumptions):
        print(f"  · {remark}")
