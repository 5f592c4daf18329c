"""Circuits to and from impedance.py, the common tongue of open impedance software."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..circuits.circuit import Circuit, leaves
from ..circuits.circuit_code import parse_circuit
from ..circuits.elements import ELEMENTS, ONLY_HERE, Element

if TYPE_CHECKING:
    from .result import FitResult


def to_impedance_py(result: FitResult) -> Any:
    """Return a fit as a fitted ``impedance.models.circuits.CustomCircuit``.

    Parameters held fixed become its constants; a standard error that was withheld becomes
    NaN in ``conf_``, which is impedance.py's word for "none".

    Raises
    ------
    ValueError
        If the circuit has an element that impedance.py does not have.
    """
    from impedance.models.circuits import CustomCircuit

    _require_theirs(result.parsed())
    fixed = result.settings.fixed
    free = [k for k, name in enumerate(result.names) if name not in fixed]
    values = [float(result.values[k]) for k in free]
    errors = (result.standard_errors[k] for k in free)
    custom = CustomCircuit(result.circuit, initial_guess=values, constants=dict(fixed))
    custom.parameters_ = np.array(values)
    custom.conf_ = np.array([math.nan if error is None else error for error in errors])
    return custom


def from_impedance_py(
    custom: Any, *, elements: Iterable[Element] = ()
) -> tuple[Circuit, dict[str, float]]:
    """Return the circuit of a ``CustomCircuit`` and its values: fitted, else initial.

    `elements` are one's own, from :func:`user_element`, for those that were added to
    impedance.py with its decorator.

    Raises
    ------
    CircuitError
        If it uses an element that is not known here.
    """
    circuit = parse_circuit(custom.circuit, elements=elements)
    constants = {str(name): float(value) for name, value in custom.constants.items()}
    numbers = custom.initial_guess if custom.parameters_ is None else custom.parameters_
    free = [name for name in circuit.names if name not in constants]
    values = constants | dict(zip(free, map(float, numbers), strict=True))
    return circuit, {name: values[name] for name in circuit.names}


def _require_theirs(circuit: Circuit) -> None:
    for leaf in leaves(circuit.root):
        element = leaf.element
        if element.symbol in ONLY_HERE or ELEMENTS.get(element.symbol) != element:
            raise ValueError(
                f"{leaf.name} of {circuit}: impedance.py has no element "
                f"{element.symbol} ({element.meaning})"
            )
