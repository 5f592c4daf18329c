"""Every edit of one spectrum's model, as a function from what was to what is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from ...analysis.impedance import Circuit, Spectrum, parse_circuit
from .entries import Entry, Knob, Model, Outcome
from .guesses import guess_values
from .quantities import quantity_text, shown_unit


class EditError(ValueError):
    """An edit that makes no sense; the message names the parameter and what is allowed."""


def new_model(code: str, spectrum: Spectrum, like: Model | None = None) -> Model:
    """A circuit with first values. What ``like`` has of the same names is kept.

    Raises ``CircuitError``, which points at the character.
    """
    circuit = parse_circuit(code)
    guessed = guess_values(circuit, spectrum)
    units = dict(zip(circuit.names, circuit.units, strict=True))
    kept: dict[str, Knob] = {}
    if like is not None:
        before = parse_circuit(like.circuit)
        was = dict(zip(before.names, before.units, strict=True))
        kept = {k.name: k for k in like.knobs if units.get(k.name) == was[k.name]}
    knobs = tuple(kept.get(name, Knob(name=name, value=guessed[name])) for name in circuit.names)
    loose = tuple(k if k.tie in kept or not k.tie else replace(k, tie="") for k in knobs)
    start = like.start if like is not None and str(circuit) == like.circuit else "data"
    return Model(circuit=str(circuit), knobs=loose, start=start)


def with_circuit(entry: Entry, code: str, spectrum: Spectrum) -> Entry:
    """Another circuit. Raises ``CircuitError``."""
    return replace(entry, model=new_model(code, spectrum, entry.model))


def with_value(entry: Entry, name: str, value: float) -> Entry:
    """Another value, of the parameter itself or of the one it is tied to.

    The next fit starts from what is shown. Raises ``EditError`` for a value out of bounds.
    """
    knob = entry.model.knob(name)
    target = entry.model.knob(knob.tie) if knob.tie else knob
    low, high = allowed(entry.model, target.name)
    if not (math.isfinite(value) and low <= value <= high):
        raise EditError(_out_of(target.name, value, low, high, _unit(entry.model, target.name)))
    return _with(entry, replace(target, value=value), start="shown")


def with_lock(entry: Entry, name: str, locked: bool) -> Entry:
    """Hold a parameter at its value, or let it go. A locked parameter is tied to nothing."""
    knob = entry.model.knob(name)
    value = entry.model.values()[name]
    return _with(entry, replace(knob, locked=locked, value=value, tie="" if locked else knob.tie))


def with_bounds(entry: Entry, name: str, bounds: tuple[float, float] | None) -> Entry:
    """Bounds in place of the physical ones (``None``: those). The value moves into them.

    Raises ``EditError`` where low is not below high, or outside what is physical.
    """
    knob, unit = entry.model.knob(name), _unit(entry.model, name)
    if bounds is None:
        return _with(entry, replace(knob, bounds=None))
    low, high = bounds
    lowest, highest = allowed(_with(entry, replace(knob, bounds=None)).model, name)
    if not low < high:
        raise EditError(
            f"bounds of {name}: {quantity_text(low, unit)} is not below {quantity_text(high, unit)}"
        )
    for bound in bounds:
        if not lowest <= bound <= highest:
            raise EditError(_out_of(f"bound of {name}", bound, lowest, highest, unit))
    inside = min(max(knob.value, low), high)
    return _with(entry, replace(knob, bounds=bounds, value=inside))


def with_tie(entry: Entry, name: str, to: str) -> Entry:
    """Let a parameter take the value of another of its unit; ``""`` lets it go.

    Raises ``EditError`` for a tie to itself, to a tied parameter, or to one of another unit.
    """
    knob = entry.model.knob(name)
    if not to:
        return _with(entry, replace(knob, tie="", value=entry.model.values()[name]))
    if to not in tie_choices(entry.model, name):
        raise EditError(f"{name} cannot follow {to}: it needs a free parameter of its own unit")
    return _with(entry, replace(knob, tie=to, locked=False, bounds=None))


def tie_choices(model: Model, name: str) -> tuple[str, ...]:
    """What a parameter may be tied to: others of its unit that are tied to nothing."""
    if any(knob.tie == name for knob in model.knobs):
        return ()
    circuit = parse_circuit(model.circuit)
    units = dict(zip(circuit.names, circuit.units, strict=True))
    kinds = dict(zip(circuit.names, circuit.parameters, strict=True))
    return tuple(
        knob.name
        for knob in model.knobs
        if knob.name != name
        and not knob.tie
        and units[knob.name] == units[name]
        and kinds[knob.name].scale == kinds[name].scale
    )


def with_result_as_start(entry: Entry) -> Entry:
    """Show the last fit's values and begin the next fit with them."""
    outcome = entry.outcome
    if outcome is None or outcome.refused:
        raise EditError("there is no result to start from: this spectrum has not been fitted")
    return replace(entry, model=replace(outcome.model, start="shown"))


def with_outcome(entry: Entry, asked: Model, outcome: Outcome) -> Entry:
    """Take the result of a fit. What was edited while it ran stays edited."""
    is_same = entry.model.is_alike(asked)
    shown = replace(outcome.model, start="data") if is_same else entry.model
    return replace(entry, model=shown, outcome=outcome)


def with_values(model: Model, values: Mapping[str, float]) -> Model:
    """The model at other values, its locks, bounds and ties kept."""
    knobs = tuple(replace(knob, value=float(values[knob.name])) for knob in model.knobs)
    return replace(model, knobs=knobs)


def allowed(model: Model, name: str) -> tuple[float, float]:
    """The bounds of a parameter: the user's, or the physical ones."""
    bounds = model.knob(name).bounds
    if bounds is not None:
        return bounds
    circuit: Circuit = parse_circuit(model.circuit)
    parameter = circuit.parameters[circuit.names.index(name)]
    return parameter.lower, parameter.upper


def _with(entry: Entry, changed: Knob, start: str | None = None) -> Entry:
    knobs = tuple(changed if k.name == changed.name else k for k in entry.model.knobs)
    begin = "shown" if start == "shown" else entry.model.start
    return replace(entry, model=replace(entry.model, knobs=knobs, start=begin))


def _unit(model: Model, name: str) -> str:
    circuit = parse_circuit(model.circuit)
    return circuit.units[circuit.names.index(name)]


def _out_of(what: str, value: float, low: float, high: float, unit: str) -> str:
    limits = f"{quantity_text(low, unit)} to {quantity_text(high, unit)}"
    return f"{what} is {value:g} {shown_unit(unit)}".rstrip() + f"; allowed is {limits}"
