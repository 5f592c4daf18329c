"""What somebody writes into a field, as it stands in a protocol, and back. No widget here."""

from math import isfinite
from typing import Any

from ...acquisition.files.protocol_document import FieldSpec
from ...acquisition.files.units import unit_of


def written_value(spec: FieldSpec, text: str) -> Any:
    """Return the value that a text stands for; what is no number stays a text, to be refused.

    >>> spec = FieldSpec(name="rates_c", unit="C", kind="list", of="number", doc="", required=True)
    >>> written_value(spec, "0.1, 0.2, fast, 1e999")
    [0.1, 0.2, 'fast', '1e999']
    """
    if spec.kind == "list":
        inside = text.strip().strip("[]")
        return [_one(spec.of, part.strip()) for part in inside.split(",") if part.strip()]
    return _one(spec.kind, text.strip())


def text_of(value: Any) -> str:
    """Return a value as a field shows it.

    >>> text_of([0.1, 0.2]), text_of(None), text_of(10.0), text_of(True)
    ('0.1, 0.2', '', '10', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(text_of(each) for each in value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def label_of(spec: FieldSpec) -> str:
    """Return what a field is called, without the unit that stands behind it.

    >>> spec = FieldSpec(name="scan_rate_mv_s", unit="mV/s", kind="number", doc="", required=True)
    >>> label_of(spec)
    'scan rate'
    """
    words = spec.name.split("_")
    if words[:2] == ["one", "c"]:
        return "1 C is"
    if words[-2:] == ["rate", "c"]:
        return " ".join(words[:-1])
    for length in range(1, len(words)):
        if spec.unit and unit_of("_".join(["of", *words[-length:]])) == spec.unit:
            return " ".join(words[:-length])
    return " ".join(words)


def allowed_text(spec: FieldSpec) -> str:
    """Return what is allowed in a field, for its tip.

    >>> spec = FieldSpec(
    ...     name="a_mv", unit="mV", kind="number", doc="", required=False, low=0.0, low_open=True
    ... )
    >>> allowed_text(spec)
    'above 0 mV'
    """
    unit = f" {spec.unit}" if spec.unit else ""
    bounds = []
    if spec.low is not None:
        bounds.append(f"{'above' if spec.low_open else 'from'} {spec.low:g}{unit}")
    if spec.high is not None:
        bounds.append(f"{'below' if spec.high_open else 'up to'} {spec.high:g}{unit}")
    return ", ".join(bounds)


def _one(kind: str, word: str) -> Any:
    if kind in ("number", "whole number"):
        for number in (int, float):
            try:
                found = number(word)
            except ValueError:
                continue
            return found if isfinite(found) else word
    if kind == "yes or no" and word in ("yes", "no"):
        return word == "yes"
    return word
