"""The sheet of gas that an electrolyte gives off, as a rule hydrogen sulfide in moist air."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Panel, Plot, line
from ..sheets.sheet import Number, Sheet, Table, number_of
from ..sheets.sources import source_of_file
from ..units import ZERO_CELSIUS_K
from ..wording import number as in_words
from .gas_evolution import NORMAL_PA, GasEvolution, gas_evolution
from .table_file import FRACTIONS, TIMES, read_table

COVERAGE: Final = 1.96
CM3_G: Final = 1e3  # of 1 m3/kg
UMOL: Final = 1e6
MINUTE_S: Final = 60.0


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one table, or of several of samples of one mass.

    Errors as in ``read_table`` and ``gas_evolution``; the sample's mass must be given.
    """
    if options["sample_mg"] is None:
        raise ValueError("the sample's mass is not in a table; give sample_mg")
    named = [(path.stem, _evolved(path, options)) for path in files]
    alone = len(named) == 1
    numbers = tuple(n for name, gas in named for n in _numbers(name, gas, alone=alone))
    what = options["gas"]
    return Sheet(
        kind="gas-evolution",
        title=f"Evolution of {what}",
        subject=", ".join(name for name, _ in named),
        headline="; ".join(
            f"{name}: {in_words(gas.per_mass.value * CM3_G, 'cm³/g')} of {what}"
            for name, gas in named
        ),
        conditions=(
            ("sample", f"{options['sample_mg']:g} mg"),
            ("atmosphere", options["atmosphere"] or "not stated"),
            ("flow or vessel", _carrier(options)),
        ),
        numbers=numbers,
        tables=tuple(_table(name, gas) for name, gas in named),
        plots=(_plot(named, what),),
        assumptions=(
            "volumes of gas are at 0 °C and 101.325 kPa, of an ideal gas",
            f"flow or vessel at {options['carrier_c']:g} °C and {options['carrier_kpa']:g} kPa",
            "readings below the limit of detection count as zero",
            "the sensor's and the flow's errors are common to all readings; the mass is exact",
        ),
        warnings=tuple(f"{name}: {each}" for name, gas in named for each in gas.warnings),
        sources=tuple(source_of_file(path) for path in files),
        settings=options,
    )


def _evolved(path: Path, options: Options) -> GasEvolution:
    table = read_table(path)
    flow, vessel = options["flow_ml_min"], options["vessel_l"]
    return gas_evolution(
        table.take(TIMES),
        table.take(FRACTIONS),
        options["sample_mg"] * 1e-6,
        flow_m3_s=None if flow is None else flow * 1e-6 / MINUTE_S,
        volume_m3=None if vessel is None else vessel * 1e-3,
        temperature_k=options["carrier_c"] + ZERO_CELSIUS_K,
        pressure_pa=options["carrier_kpa"] * 1e3,
        detection_limit=options["detection_limit_ppm"] * 1e-6,
        relative_uncertainty=options["relative_uncertainty_percent"] / 100,
    )


def _numbers(name: str, gas: GasEvolution, *, alone: bool) -> Iterator[Number]:
    slug, of = ("", "") if alone else (f"{name}_", f" ({name})")
    reach = COVERAGE * (gas.per_mass.standard_error or 0.0)
    interval = (gas.per_mass.value - reach, gas.per_mass.value + reach) if reach else None
    yield number_of(
        gas.per_mass, slug + "gas_cm3_g", "gas per mass" + of, "cm³/g", CM3_G, interval=interval
    )
    yield number_of(gas.amount, slug + "gas_umol", "amount of gas" + of, "µmol", UMOL)
    if gas.below_detection:
        yield Number(
            name=slug + "gas_at_most_umol",
            label="amount, if what is below detection were at its limit" + of,
            unit="µmol",
            value=gas.at_most_mol * UMOL,
        )


def _carrier(options: Options) -> str:
    if options["flow_ml_min"] is not None:
        return f"{options['flow_ml_min']:g} mL/min"
    return "not stated" if options["vessel_l"] is None else f"{options['vessel_l']:g} L"


def _table(name: str, gas: GasEvolution) -> Table:
    return Table(
        name=f"gas_{name}",
        title=f"Gas given off so far: {name}",
        columns={
            "time_min": (gas.time_s / MINUTE_S).tolist(),
            "gas_cm3_g": (gas.course_m3_kg * CM3_G).tolist(),
        },
    )


def _plot(named: Sequence[tuple[str, GasEvolution]], what: str) -> Plot:
    items = tuple(
        line(name, gas.time_s / MINUTE_S, gas.course_m3_kg * CM3_G, colour=colour)
        for colour, (name, gas) in enumerate(named)
    )
    return Plot(
        name="gas_evolution",
        caption=f"{what} given off so far per mass of sample. Samples: n = {len(named)}.",
        panels=(Panel(x=Axis(label="t / min"), y=Axis(label=f"{what} / cm³ g⁻¹"), items=items),),
    )


MEASUREMENT = Measurement(
    name="gas-evolution",
    title="Gas given off in moist air: cm³ per gram",
    takes="CSV tables of time and volume fraction",
    options=(
        Option("sample_mg", "Mass of the sample.", low=1e-6),
        Option("flow_ml_min", "Flow of the carrier gas.", low=0.0),
        Option("vessel_l", "Volume of the closed vessel, instead of a flow.", low=0.0),
        Option("gas", "Which gas.", str, "H₂S"),
        Option("atmosphere", "Gas and humidity around the sample.", str),
        Option("carrier_c", "Temperature of flow or vessel.", default=25.0, low=-100.0, high=500.0),
        Option("carrier_kpa", "Pressure of flow or vessel.", default=NORMAL_PA / 1e3, low=1.0),
        Option("detection_limit_ppm", "Limit of detection of the sensor.", default=0.0, low=0.0),
        Option("relative_uncertainty_percent", "Standard uncertainty of sensor and flow together.",
               default=0.0, low=0.0, high=100.0),
    ),
    make=make,
    example="gas-evolution li3ps4.csv --sample-mg 100 --flow-ml-min 100",
)  # fmt: skip
