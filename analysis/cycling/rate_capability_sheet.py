"""The sheet of a rate test: capacity against C-rate and against current density."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..geometry import Quantity
from ..runs import Run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Item, Panel, Plot, floats, line, points
from ..sheets.sheet import Number, Sheet, Table, number_of, refused_number
from ..units import MILLIAMPERE_PER_CM2, OHM_CM2
from ..wording import with_error
from .basis import BASIS_OPTIONS, Basis, capacity_numbers, notes_on_gaps
from .cycles import Cycle, cycles_of
from .half_cycles import half_cycles
from .one_cell import one_cell, sheet_of
from .rate_capability import (
    RateCapability,
    RatePoint,
    asr_from_spectrum,
    asr_from_steps,
    rate_capability,
)
from .stretches import stretches_of

PERCENT = 100.0
_NOTHING_SLOWER = (
    "the first rate is the fastest: no slower one was measured before it to compare with"
)


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run; errors as in ``rate_capability``."""
    cell = one_cell(files, options, "a rate test")
    run, basis = cell.run, cell.basis
    if basis.area_m2 is None:
        raise ValueError("the electrode area is not known: give --electrode-area-cm2")
    halves = half_cycles(stretches_of(run, "rate_capability"))
    cycles = cycles_of(halves)
    asr, asr_said = _resistance(run, cycles, basis.area_m2, options)
    found = rate_capability(cycles, basis.area_m2, None if asr is None else asr.value, basis.meter)
    numbers = _numbers(found, basis, asr, asr_said)
    return sheet_of(
        cell,
        "rate-capability",
        "Rate capability",
        _headline(found, basis),
        numbers=numbers,
        tables=(_table(found, basis, cycles),),
        plots=(_against_cycle(found, basis, cycles), _against_current(found, basis)),
        assumptions=(
            f"area specific resistance {asr_said}" if asr is not None else "no ohmic share",
            "the ohmic share is J ASR over all that the mean discharge voltage has lost against "
            "the slowest rate, with that one's own J ASR",
        ),
        warnings=(*notes_on_gaps(halves), *_above_all(found, basis)),
    )


def suits(run: Run) -> bool:
    """Whether a run is tagged as a rate test."""
    return any(each.tags.get("measurement") == "rate_capability" for each in run.segments)


def _resistance(
    run: Run, cycles: Sequence[Cycle], area_m2: float, options: Options
) -> tuple[Quantity | None, str]:
    if options["asr_ohm_cm2"] is not None:
        return Quantity(options["asr_ohm_cm2"] * OHM_CM2, None, "ohm m2"), "as given"
    for sweep in run.sweeps:
        try:
            value, hertz = asr_from_spectrum(sweep.frequency_hz, sweep.z_ohm, area_m2)
        except ValueError:
            continue
        return Quantity(value, None, "ohm m2"), (
            f"of the first spectrum, where its arcs end at {hertz:.3g} Hz"
        )
    try:
        return asr_from_steps(cycles, area_m2), (
            "from the steps of current out of rests, up to the first reading after each"
        )
    except ValueError as reason:
        return None, str(reason)


def _numbers(
    found: RateCapability, basis: Basis, asr: Quantity | None, asr_said: str
) -> tuple[Number, ...]:
    first = found.points[0]
    name, label = "asr_ohm_cm2", "area specific resistance of the cell"
    numbers: list[Number] = [
        refused_number(name, label, "Ω cm²", asr_said)
        if asr is None
        else number_of(asr, name, label, "Ω cm²", 1 / OHM_CM2, note=asr_said),
        *capacity_numbers(
            first.capacity, basis, "first", f"capacity at {_rate_words(first, basis)}"
        ),
    ]
    fastest = _fastest(found)
    name, label = "fastest_share_percent", f"capacity kept at {_rate_words(fastest, basis)}"
    numbers.append(
        refused_number(name, label, "%", _NOTHING_SLOWER)
        if fastest is first
        else number_of(fastest.relative, name, label, "%", PERCENT, note=_counted(fastest, first))
    )
    name, label = "recovered_percent", "capacity back at the first rate"
    last = found.points[-1]
    numbers.append(
        refused_number(name, label, "%", "the test did not come back to its first rate")
        if found.recovered is None
        else number_of(found.recovered, name, label, "%", PERCENT, note=_counted(last, first))
    )
    return tuple(numbers)


def _fastest(found: RateCapability) -> RatePoint:
    return max(found.points, key=lambda point: point.current_density_a_m2)


def _counted(point: RatePoint, first: RatePoint) -> str:
    """How many cycles a share is of; one alone has the error of its readings, and no scatter."""
    scatter = "" if min(point.n, first.n) > 1 else ", error of the readings where it is one"
    cycles = "cycle" if first.n == 1 else "cycles"
    return f"n = {point.n} over {first.n} {cycles}{scatter}"


def _headline(found: RateCapability, basis: Basis) -> str:
    fastest = _fastest(found)
    words = _rate_words(fastest, basis)
    if fastest is found.points[0]:
        return f"{len(found.points)} rates, the first of them the fastest: {words}"
    share = with_error(
        fastest.relative.value * PERCENT, (fastest.relative.standard_error or 0.0) * PERCENT, "%"
    )
    return f"{share} of the capacity at {words}"


def _rate(point: RatePoint, basis: Basis) -> float | None:
    if basis.one_c_c_kg is None or basis.mass is None or basis.area_m2 is None:
        return point.rate_c
    current_a = point.current_density_a_m2 * basis.area_m2
    return current_a * 3600.0 / (basis.one_c_c_kg * basis.mass.value)


def _rate_words(point: RatePoint, basis: Basis) -> str:
    density = f"{point.current_density_a_m2 / MILLIAMPERE_PER_CM2:.3g} mA/cm²"
    rate = _rate(point, basis)
    return density if rate is None else f"{rate:.3g} C ({density})"


def _table(found: RateCapability, basis: Basis, cycles: Sequence[Cycle]) -> Table:
    del cycles
    rows = found.points

    def per_gram(charge_c: float | None) -> float | None:
        return None if charge_c is None else basis.per_gram(charge_c)

    def per_area(charge_c: float | None) -> float | None:
        return None if charge_c is None else basis.per_area(charge_c)

    return Table(
        name="rates",
        title="Rates in their order",
        columns={
            "rate_c": [_rate(each, basis) for each in rows],
            "current_density_ma_cm2": [
                each.current_density_a_m2 / MILLIAMPERE_PER_CM2 for each in rows
            ],
            "cycles": [each.n for each in rows],
            "discharge_mah_g": [basis.per_gram(each.capacity.value) for each in rows],
            "discharge_error_mah_g": [per_gram(each.capacity.standard_error) for each in rows],
            "discharge_mah_cm2": [basis.per_area(each.capacity.value) for each in rows],
            "discharge_error_mah_cm2": [per_area(each.capacity.standard_error) for each in rows],
            "share_of_first_percent": [each.relative.value * PERCENT for each in rows],
            "share_error_percent": [
                _scaled(each.relative.standard_error, PERCENT) for each in rows
            ],
            "mean_discharge_v": [each.mean_voltage_v + basis.shift_v for each in rows],
            "ohmic_drop_mv": [_scaled(each.ohmic_v, 1e3) for each in rows],
            "ohmic_share_percent": [_scaled(each.ohmic_share, PERCENT) for each in rows],
        },
        note="capacity is the median over the whole cycles of a rate, its error without that of "
        "the mass; the ohmic share has no error, as nobody knows how far one resistance holds for "
        "all rates",
    )


def _above_all(found: RateCapability, basis: Basis) -> tuple[str, ...]:
    """Why a resistance can cost more than all that was lost: a warning, and nothing is cut off."""
    above = [point for point in found.points if (point.ohmic_share or 0.0) > 1.0]
    if not above:
        return ()
    rates = " and ".join(dict.fromkeys(_rate_words(point, basis) for point in above))
    return (
        f"the ohmic share is above 100 % at {rates}: the resistance may be that of another state "
        "of charge or temperature than the discharge's mean, that of the interfaces falls as the "
        "current grows, and a discharge that ends early has its mean voltage over the higher part "
        "of the curve; the share is shown as it comes out and is no part of a whole there",
    )


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _shown(charge_c: float, basis: Basis) -> float:
    per_gram = basis.per_gram(charge_c)
    per_area = basis.per_area(charge_c)
    return per_gram if per_gram is not None else (per_area or 0.0)


def _unit(basis: Basis) -> str:
    return basis.per_gram_label if basis.mass is not None else "mAh cm⁻²"


def _against_cycle(found: RateCapability, basis: Basis, cycles: Sequence[Cycle]) -> Plot:
    whole = [each for each in cycles if each.discharge is not None and each.discharge.is_complete]
    items: list[Item] = []
    at = 0
    for colour, point in enumerate(found.points):
        block = whole[at : at + point.n]
        at += point.n
        shown = [_shown(each.discharge.capacity_c, basis) for each in block if each.discharge]
        name = _rate_words(point, basis)
        items.append(points(name, [each.number for each in block], shown, colour=colour))
    panel = Panel(x=Axis(label="cycle"), y=Axis(label=f"q / {_unit(basis)}"), items=tuple(items))
    caption = (
        "Discharge capacity of every whole cycle; the legend gives C-rate and current density."
    )
    return Plot(name="rate_test", caption=caption, panels=(panel,))


def _against_current(found: RateCapability, basis: Basis) -> Plot:
    shown = [_shown(each.capacity.value, basis) for each in found.points]
    errors = [_shown(each.capacity.standard_error or 0.0, basis) for each in found.points]
    density = [each.current_density_a_m2 / MILLIAMPERE_PER_CM2 for each in found.points]
    y = Axis(label=f"q / {_unit(basis)}")
    panels = [
        Panel(
            x=Axis(label="J / mA cm⁻²", log=True),
            y=y,
            items=(points("median of a rate", density, shown, errors),),
        )
    ]
    rates = [_rate(each, basis) for each in found.points]
    known = [rate for rate in rates if rate is not None]
    if len(known) == len(rates):
        panels.append(
            Panel(
                x=Axis(label="rate / C", log=True),
                y=y,
                items=(points("median of a rate", known, shown, errors),),
            )
        )
    drops = [(d, each.ohmic_v) for d, each in zip(density, found.points, strict=True)]
    ohmic = sorted((d, volt) for d, volt in drops if volt is not None)
    if ohmic:
        lost = line("J ASR", floats([d for d, _ in ohmic]), floats([1e3 * v for _, v in ohmic]))
        panels.append(Panel(x=Axis(label="J / mA cm⁻²"), y=Axis(label="J ASR / mV"), items=(lost,)))
    caption = (
        "Capacity against current density and C-rate; bars are the standard error of the mean "
        "over the cycles of a rate, or of their readings if that is more. Ohmic drop "
        "against current density."
    )
    return Plot(name="capacity_and_rate", caption=caption, panels=tuple(panels), layout="row")


MEASUREMENT = Measurement(
    name="rate-capability",
    title="Rate capability: capacity against C-rate and current density",
    takes="the run file of a rate test",
    options=(
        *BASIS_OPTIONS,
        Option(
            "asr_ohm_cm2", "Area specific resistance.", low=0.0, unset="of a spectrum or a step"
        ),
    ),
    make=make,
    example="rate-capability cell-7.run.sqlite --active-mass-mg 12.2 --one-c-mah-g 200",
    suits=suits,
)
