"""The sheet of a cation transference number after Bruce and Vincent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..geometry import Quantity
from ..runs import Run, is_run_file, load_run
from ..sheets.measurement import Measurement, Option, Options, one_file
from ..sheets.plot import Axis, Mark, Panel, Plot, line, points
from ..sheets.run_conditions import surroundings
from ..sheets.sheet import Number, Sheet, number_of, refusals_of, refused_number
from ..sheets.sources import source_of_file, source_of_run
from ..spectra import answer_spectrum, spectrum_of_sweep
from ..units import ZERO_CELSIUS_K
from ..wording import NOT_GIVEN
from .bruce_vincent import BruceVincent, bruce_vincent
from .holds import HeldVoltage, held_in_table, held_voltages
from .initial_current import initial_current, unsettled_readings
from .steady_current import SteadyCurrent, steady_current

_MICRO = 1e6
_MILLI = 1e3
_CURVE_POINTS = 400
_OHMIC_DIFFERENCE = 0.1
_LONGEST_GAP_S = 30.0


@dataclass(frozen=True, slots=True)
class Interface:
    """Resistance of both interfaces from a spectrum or as given, or why it is not known.

    `whole` is all of the spectrum's direct-current resistance, where it is known.
    """

    resistance: Quantity | None
    whole: Quantity | None = None
    refused: str = ""


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run or table; raises ``ValueError`` where there is no hold."""
    path = one_file(files, "a Bruce-Vincent measurement")
    run = load_run(path) if is_run_file(path) else None
    held = held_in_table(path) if run is None else held_voltages(run, "bruce_vincent")
    step = max(held, key=lambda one: one.time_s[-1])
    volt = step.voltage_v if options["step_mv"] is None else options["step_mv"] / _MILLI
    before, after = _interfaces(run, options)
    steady = steady_current(step.time_s, step.current_a, begin_s=options["skip_s"])
    initial, reason, unsettled = _initial(step, options["skip_s"], steady.value_a)
    found = _answer(volt, initial, steady, before, after, reason)
    numbers = _numbers(found, volt, initial, steady, before, after, reason)
    main = numbers[0]
    return Sheet(
        kind="bruce-vincent",
        title="Cation transference number (Bruce-Vincent)",
        subject=path.stem if run is None else str(run.header.cell.get("name", run.header.run_id)),
        headline=f"t+ = {main.value:.3f} ± {main.standard_error or 0:.3f}"
        if main.value is not None
        else f"t+ refused: {main.refused}",
        conditions=_conditions(run, step, options),
        numbers=numbers,
        plots=(_plot(step, steady, initial),),
        assumptions=found.assumptions,
        warnings=(
            *found.warnings,
            *steady.warnings,
            *unsettled,
            *_interrupted(step),
            *_against_ohm(volt, initial, before),
        ),
        refusals=refusals_of(numbers),
        sources=(source_of_file(path) if run is None else source_of_run(run),),
        settings=options,
    )


def suits(run: Run) -> bool:
    """Whether a run is tagged as such a measurement."""
    return any(one.tags.get("measurement") == "bruce_vincent" for one in run.segments)


def _initial(
    step: HeldVoltage, skip_s: float, steady_a: float
) -> tuple[Quantity | None, str, tuple[str, ...]]:
    """The current at the instant of the step, or why it is not known; and what was left out."""
    later = step.time_s >= skip_s
    t, i = step.time_s[later], step.current_a[later]
    off = unsettled_readings(t, i, steady_a)
    warnings = (
        (
            f"the initial current is without the readings until {t[off - 1]:g} s: they are off "
            "the curve of all later ones",
        )
        if off
        else ()
    )
    try:
        begin = initial_current(t[off:], i[off:], steady_a)
    except ValueError as refused:
        return None, str(refused), warnings
    return Quantity(begin.mean, begin.deviation, "A"), "", warnings


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


def _interfaces(run: Run | None, options: Options) -> tuple[Interface, Interface]:
    """What is given; else the interface arcs of the first and the last spectrum."""
    sweeps = [] if run is None else [s for s in run.sweeps if s.frequency_hz.size >= 3]
    found = []
    for word, place in (("initial", 0), ("steady", -1)):
        given = options[f"{word}_resistance_ohm"]
        if given is not None:
            error = options[f"{word}_resistance_error_ohm"]
            if error is None:
                raise ValueError(f"{word}_resistance_error_ohm is needed with the resistance")
            found.append(Interface(Quantity(given, error, "Ω")))
        elif run is None or len(sweeps) < 2:
            found.append(
                Interface(
                    None,
                    refused=f"no spectrum of the {word} state: give "
                    f"{word}_resistance_ohm with its error",
                )
            )
        else:
            answer = answer_spectrum(spectrum_of_sweep(run, sweeps[place]))
            found.append(_from_spectrum(word, answer.resistances, answer.refused))
    return found[0], found[1]


def _from_spectrum(word: str, found: object, refused: str | None) -> Interface:
    from ..impedance import Resistances

    if not isinstance(found, Resistances) or found.interface is None:
        why = refused or "the spectrum shows no interface arc that is known to 20 %"
        if isinstance(found, Resistances) and found.reasons:
            why += f" ({'; '.join(found.reasons)})"
        return Interface(None, refused=f"{word} resistance of the interfaces: {why}")
    if found.interface.standard_error is None:
        return Interface(None, refused=f"{word} resistance of the interfaces has no known error")
    return Interface(found.interface, found.total)


def _against_ohm(volt: float, initial: Quantity | None, before: Interface) -> tuple[str, ...]:
    """The current that the spectrum's whole resistance allows at first."""
    if before.whole is None or initial is None:
        return ()
    ohmic = abs(volt) / before.whole.value
    if abs(abs(initial.value) / ohmic - 1) <= _OHMIC_DIFFERENCE:
        return ()
    return (
        f"the initial current is {abs(initial.value) * _MICRO:.3g} µA, but the spectrum before "
        f"allows {ohmic * _MICRO:.3g} µA: the first readings came too late or too early",
    )


def _numbers(
    found: BruceVincent,
    volt: float,
    initial: Quantity | None,
    steady: SteadyCurrent,
    before: Interface,
    after: Interface,
    reason: str,
) -> tuple[Number, ...]:
    label = "cation transference number t+"
    first = (
        refused_number("transference", label, "", found.refused)
        if found.transference is None
        else number_of(found.transference, "transference", label, "", interval=found.interval)
    )
    parts = ", ".join(f"{name} {share:.0%}" for name, share in found.parts.items())
    if parts:
        first = replace(first, note=f"variance from {parts}")
    currents = (
        Number(name="step_mv", label="step", unit="mV", value=volt * _MILLI),
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
    return Plot(
        name="bruce_vincent",
        caption="Current after the step, the likeliest decay, and the two currents that count.",
        panels=(
            Panel(
                x=Axis(label="t / s", log=True),
                y=Axis(label="I / µA"),
                items=(
                    points("measured", t, i, marker="open"),
                    line("fit", blocks.centre_s, steady.best.curve_a * _MICRO, colour=1),
                    *(() if initial is None else (Mark("I₀", initial.value * _MICRO, axis="y"),)),
                    Mark("I_ss", steady.value_a * _MICRO, axis="y"),
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
