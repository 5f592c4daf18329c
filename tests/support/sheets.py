"""A sheet with one of everything, for those who draw, write or show sheets."""

from solidcell.analysis.sheets.plot import (
    Axis,
    Band,
    Bars,
    Mark,
    Panel,
    Plot,
    Span,
    TopAxis,
    floats,
    line,
    points,
)
from solidcell.analysis.sheets.sheet import Number, Sheet, Source, Table, refused_number

HOURS = floats([0.0, 1.0, 2.0, 3.0])


def growth_plot() -> Plot:
    upper = Panel(
        x=Axis(label="t / h"),
        y=Axis(label="R / Ω cm²", log=True),
        items=(
            Band("95 %", HOURS, floats([9, 11, 13, 15]), floats([11, 13, 15, 17])),
            points("measured", HOURS, [10, 12.1, 13.9, 16.2], [0.2, 0.2, 0.3, 0.3]),
            line("fit", HOURS, [10, 12, 14, 16], colour=1),
            Mark("limit", 15.0, "y"),
            Span("failed", 2.5, 3.0),
        ),
        right=Axis(label="CE / 1", shown=(0.95, 1.005)),
        right_items=(points("CE", HOURS, [0.99, 0.995, 1.0, 1.0], marker="open", colour=2),),
        top=TopAxis(label="T / °C", ticks={0.0: "25", 2.0: "60"}),
        title="growth",
    )
    lower = Panel(
        x=Axis(label="t / h"), y=Axis(label="n"), items=(Bars("n", HOURS, floats([1, 2, 3, 4])),)
    )
    return Plot(name="growth", caption="Points with standard errors, n = 4.", panels=(upper, lower))


def small_sheet() -> Sheet:
    return Sheet(
        kind="interphase-growth",
        title="Interphase growth",
        subject="cell 7",
        headline="k = 2.00 ± 0.10 Ω cm² h^-n",
        conditions=(("temperature", "25 °C"), ("stack pressure", "not given")),
        numbers=(
            Number(
                name="rate_ohm_cm2_h_n",
                label="k",
                unit="Ω cm² h^-n",
                value=2.0,
                standard_error=0.1,
                interval=(1.8, 2.2),
            ),
            refused_number("exponent", "n", "", "3 spectra do not tell it"),
        ),
        tables=(
            Table(name="spectra", title="Spectra", columns={"time_h": HOURS, "ok": [True] * 4}),
        ),
        plots=(growth_plot(),),
        assumptions=("both interfaces are alike",),
        warnings=("the temperature moved by 2 K",),
        refusals=("the exponent",),
        sources=(Source(name="run-1", sha256="00" * 32),),
        settings={"area_cm2": 0.785},
    )
