"""What the equation of Bruce and Vincent needs, out of a run: step, initial current, interfaces."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..geometry import Quantity
from ..runs import Run
from ..sheets.measurement import Options
from ..spectra import answer_spectrum, spectrum_of_sweep
from .holds import HeldVoltage
from .initial_current import initial_current, unsettled_readings

_MICRO = 1e6
_LATE = 0.1
_APART = 2.0  # standard errors


@dataclass(frozen=True, slots=True)
class Interface:
    """Resistance of both interfaces from a spectrum or as given, or why it is not known.

    `whole` is all of the spectrum's direct-current resistance, where it is known.
    """

    resistance: Quantity | None
    whole: Quantity | None = None
    refused: str = ""


def step_of(step: HeldVoltage) -> float:
    """From rest to hold: an offset of the voltmeter, or of the cell, is in both."""
    return step.voltage_v - (step.rest_v or 0.0)


def first_current(
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


def interfaces_of(run: Run | None, options: Options) -> tuple[Interface, Interface]:
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


def against_ohm(
    volt: float, initial: Quantity | None, before: Interface
) -> tuple[Quantity | None, tuple[str, ...]]:
    """Count in the error of the initial current how far it is from what the spectrum allows.

    At the instant of the step the cell is its whole resistance. An extrapolation that begins late,
    or counts from another instant than the step, misses that current by more than its own scatter.
    """
    if before.whole is None or initial is None:
        return initial, ()
    ohmic = abs(volt) / before.whole.value
    apart = abs(initial.value) - ohmic
    own = initial.standard_error or 0.0
    doubt = math.hypot(own, ohmic * (before.whole.standard_error or 0.0) / before.whole.value)
    if abs(apart) <= _APART * doubt:
        return initial, ()
    late = abs(apart) > _LATE * ohmic
    return Quantity(initial.value, math.hypot(own, apart), initial.unit), (
        f"the initial current is {abs(initial.value) * _MICRO:.4g} µA by its readings, and "
        f"{ohmic * _MICRO:.4g} µA by the spectrum before: its error holds the difference"
        + ("; the first readings came too late or too early" if late else ""),
    )
