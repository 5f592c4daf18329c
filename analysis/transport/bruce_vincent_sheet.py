"""The sheet of a cation transference number after Bruce and Vincent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..cell_kinds import require_reversible
from ..geometry import Quantity
from ..runs import Run, is_run_file, load_run
from ..sheets.measurement import Measurement, Option, Options, one_file
from ..sheets.plot import Axis, Mark, Panel, Plot, line, points
from ..sheets.run_conditions import surroundings
from ..sheets.sheet import Number, Sheet, number_of, refusals_of, refused_number
from ..sheets.sources import source_of_file, source_of_run
from ..units import ZERO_CELSIUS_K
from ..wording import NOT_GIVEN, with_error
from .bruce_vincent import BruceVincent, bruce_vincent
from .bruce_vincent_inputs import Interface, against_ohm, first_current, interfaces_of, step_of
from .decay_blocks import FEWEST_READINGS
from .holds import HeldVoltage, held_in_table, held_voltages, marked_words
from .steady_current import SteadyCurrent, steady_current

_MICRO = 1e6
_MILLI = 1e3
_CURVE_POINTS = 400
_UNLIKE = 0.1  # of the step
_MARGIN = 0.08
_LONGEST_GAP_S = 30.0


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run or table; raises ``ValueError`` where there is no hold."""
    path = one_file(files, "a Bruce-Vincent measurement")
    run = load_run(path) if is_run_file(path) else None
    if run is not None:
        require_reversible(run.header.cell, str(run.header.cell.get("name", run.header.run_id)))
    held = held_in_table(path) if run is None else held_voltages(run, "bruce_vincent")
    step = _longest(held, path)
    volt = step_of(step) if options["step_mv"] is None else options["step_mv"] / _MILLI
    before, after = interfaces_of(run, options)
    steady = steady_current(step.time_s, step.current_a, begin_s=options["skip_s"])
    extrapolated, reason, unsettled = first_current(step, options["skip_s"], steady.value_a)
    initial, disagreeing = against_ohm(volt, extrapolated, before)
    found = _answer(volt, initial, steady, before, after, reason)
    from_rest = "" if options["step_mv"] is not None else _from_rest(step)
    numbers = _numbers(found, volt, initial, steady, before, after, reason, from_rest)
    main = numbers[0]
    return Sheet(
        kind="bruce-vincent",
        title="Cation transference number (Bruce-Vincent)",
        subject=path.stem if run is None else str(run.header.cell.get("name", run.header.run_id)),
        headline=f"t+ = {with_error(main.value, main.standard_error)}"
        if main.value is not None
        else f"t+ refused: {main.refused}",
        conditions=_conditions(run, step, options),
        numbers=numbers,
        plots=(_plot(step, steady, initial),),
        assumptions=(*found.assumptions, *marked_words([step])),
        warnings=(
            *found.warnings,
            *steady.warnings,
            *unsettled,
            *_interrupted(step),
            *disagreeing,
            *_unlike(step, volt),
        ),
        refusals=refusals_of(numbers),
        sources=(source_of_file(path) if run is None else source_of_run(run),),
        settings=options,
        answers=("transference",),
    )


def suits(run: Run) -> bool:
    """Whether a run is tagged as such a measurement."""
    return any(one.tags.get("measurement") == "bruce_vincent" for one in run.segments)


def _longest(held: Sequence[HeldVoltage], path: Path) -> HeldVoltage:
    """The hold that lasted longest. Raises ``ValueError`` if it has too few readings for a fit."""
    step = max(held, key=lambda one: float(one.time_s[-1]) if one.time_s.size else 0.0)
    count = step.time_s.size
    if count < FEWEST_READINGS:
        raise ValueError(
            f"{path.name}: {count} reading{'' if count == 1 else 's'} after the step to "
            f"{step.voltage_v:g} V are too few: {FEWEST_READINGS} are needed"
        )
    return step


def _interrupted(step: HeldVoltage) -> tuple[str, ...]:
    """Say for how long the hold was open, where that is enough to disturb it."""
    if step.gap_s <= _LONGEST_GAP_S:
        return ()
    return (
        f"the hold has no readings for {step.gap_s:.0f} s between two segments: the cell may have "
        "been open meanwhile, and the current after it still run back to the steady one",
    )


def _answer(
    volt: float,
    initial: Quantity | None,
    steady: SteadyCurrent,
    before: Interface,
    after: Interface,
    reason: str,
) -> BruceVincent:
    reason = reason or before.refused or after.refused
    if initial is None or before.resistance is None or after.resistance is None:
        return BruceVincent(None, None, {}, reason, (), ())
    return bruce_vincent(
        volt,
        initial,
        Quantity(steady.value_a, steady.standard_error_a, "A"),
        before.resistance,
        after.resistance,
        is_steady=steady.is_steady,
    )


def _from_rest(step: HeldVoltage) -> str:
    if step.rest_v is None:
        return "as held: what the cell shows at rest is not known"
    return f"from {step.rest_v * _MILLI:.3g} mV at rest to {step.voltage_v * _MILLI:.4g} mV"


def _unlike(step: HeldVoltage, volt: float) -> tuple[str, ...]:
    if step.rest_v is None or abs(step.rest_v) <= _UNLIKE * abs(volt):
        return ()
    return (
        f"the cell rests at {step.rest_v * _MILLI:.3g} mV, which is much beside a step of "
        f"{volt * _MILLI:.3g} mV: its electrodes are not alike, or it had not come to rest",
    )


def _numbers(
    found: BruceVincent,
    volt: float,
    initial: Quantity | None,
    steady: SteadyCurrent,
    before: Interface,
    after: Interface,
    reason: str,
    from_rest: str,
) -> tuple[Number, ...]:
    label = "cation transference number t+"
    first = (
        refused_number("transference", label, "", found.refused)
        if found.transference is None
        else number_of(found.transference, "transference", label, "", interval=found.interval)
    )
    parts = ", ".join(f"{name} {100 * share:.0f} %" for name, share in found.parts.items())
    if parts:
        first = replace(first, note=f"variance from {parts}")
    currents = (
        Number(name="step_mv", label="step", unit="mV", value=volt * _MILLI, note=from_rest),
        refused_number("initial_current_ua", "initial current", "µA", reason)
        if initial is None
        else number_of(initial, "initial_current_ua", "initial current", "µA", _MICRO),
        number_of(
            Quantity(steady.value_a, steady.standard_error_a, "A"),
            "steady_current_ua",
            "steady current",
            "µA",
            _MICRO,
            note=steady.best.model.name,
        ),
    )
    resistances = tuple(
        refused_number(name, words, "Ω", one.refused)
        if one.resistance is None
        else number_of(one.resistance, name, words, "Ω")
        for name, words, one in (
            ("initial_resistance_ohm", "interfaces before", before),
            ("steady_resistance_ohm", "interfaces after", after),
        )
    )
    return (first, *currents, *resistances)


def _conditions(
    run: Run | None, step: HeldVoltage, options: Options
) -> tuple[tuple[str, str], ...]:
    cell = {} if run is None else run.header.cell
    kelvin = step.temperature_k or cell.get("temperature_k")
    if options["temperature_c"] is not None:
        kelvin = options["temperature_c"] + ZERO_CELSIUS_K
    pascal = step.pressure_pa or cell.get("stack_pressure_pa")
    return (("electrolyte", str(cell.get("electrolyte", NOT_GIVEN))), *surroundings(kelvin, pascal))


def _plot(step: HeldVoltage, steady: SteadyCurrent, initial: Quantity | None) -> Plot:
    every = max(1, step.time_s.size // _CURVE_POINTS)
    t, i = step.time_s[::every], step.current_a[::every] * _MICRO
    blocks = steady.blocks
    marks = [steady.value_a * _MICRO, *([] if initial is None else [initial.value * _MICRO])]
    low, high = min(*i, *marks), max(*i, *marks)
    margin = _MARGIN * (high - low)
    return Plot(
        name="bruce_vincent",
        caption="Current after the step, the likeliest decay, and the two currents that count.",
        panels=(
            Panel(
                x=Axis(label="t / s", log=True),
                y=Axis(label="I / µA", shown=(low - margin, high + margin)),
                items=(
                    points("measured", t, i, marker="open"),
                    line("fit", blocks.centre_s, steady.best.curve_a * _MICRO, colour=1),
                    *(() if initial is None else (Mark("I₀", initial.value * _MICRO, axis="y"),)),
                    Mark("Iₛₛ", steady.value_a * _MICRO, axis="y"),
                ),
            ),
        ),
    )


MEASUREMENT = Measurement(
    name="bruce-vincent",
    title="Cation transference number of a polymer (Bruce-Vincent)",
    takes="one run file, or a CSV table with time_s, voltage_v, current_a",
    options=(
        Option("step_mv", "Voltage step.", low=-1000.0, high=1000.0, unset="as measured"),
        Option("skip_s", "Leave out readings before: charging.", default=0.0, low=0.0),
        Option("initial_resistance_ohm", "Both interfaces before.", low=0.0, unset="fitted"),
        Option(
            "initial_resistance_error_ohm", "Its standard uncertainty.", low=0.0, unset="fitted"
        ),
        Option("steady_resistance_ohm", "Both interfaces after.", low=0.0, unset="fitted"),
        Option("steady_resistance_error_ohm", "Its standard uncertainty.", low=0.0, unset="fitted"),
        Option("temperature_c", "Temperature.", low=-273.0, high=1200.0, unset="as measured"),
    ),
    make=make,
    example="bruce-vincent polymer.run.sqlite --skip-s 1",
    suits=suits,
)
