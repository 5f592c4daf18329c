"""What ``solidcell fit`` says of a spectrum: an object for a program, lines for a person."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.wording import tells_digits, with_error
from .answer import say_error

if TYPE_CHECKING:
    from ..analysis.geometry import Quantity
    from ..analysis.impedance.identification.resistances import Resistances
    from ..analysis.spectra import SpectrumAnswer

_QUANTITIES = ("total", "electrolyte", "bulk", "grain_boundary", "interface", "series")


def refused_row(file: Path, label: str, reason: str) -> dict[str, Any]:
    """The row of a file or spectrum that has no answer."""
    nothing: dict[str, Any] = {"circuit": None, "parameters": [], "resistances": None}
    return {"file": str(file), "label": label, **nothing, "refused": reason}


def as_row(answer: "SpectrumAnswer", plots: list[Path]) -> dict[str, Any]:
    """One spectrum as plain values."""
    of, fitted, named = answer.of, answer.fit, answer.resistances
    if fitted is None or named is None:
        return refused_row(of.file, of.label, answer.refused or "no circuit describes it")
    return {
        "file": str(of.file),
        "label": of.label,
        "circuit": fitted.circuit,
        "points": fitted.n,
        "reduced_chi2": fitted.reduced_chi2,
        "parameters": [
            {
                "name": row.name,
                "value": row.value,
                "standard_error": row.standard_error,
                "unit": row.unit,
                "note": row.note,
            }
            for row in fitted.rows()
        ],
        "resistances": _resistances(named),
        "warnings": list(fitted.warnings),
        "plots": [str(path) for path in plots],
        "refused": None,
    }


def _resistances(named: "Resistances") -> dict[str, Any]:
    quantities = {name: _quantity(getattr(named, name)) for name in _QUANTITIES}
    return {
        "label": named.label,
        **quantities,
        "conductivity": _quantity(named.conductivity),
        "bulk_conductivity": _quantity(named.bulk_conductivity),
        "temperature_k": named.temperature_k,
        "blocking_electrodes": named.blocking,
        "reasons": list(named.reasons),
        "assumptions": list(named.assumptions),
    }


def _quantity(found: "Quantity | None") -> dict[str, Any] | None:
    if found is None:
        return None
    return {"value": found.value, "standard_error": found.standard_error, "unit": found.unit}


def print_row(row: dict[str, Any]) -> None:
    """One spectrum as lines; a refusal goes to standard error."""
    title = f"{row['file']}  {row['label']}".rstrip()
    if row["refused"]:
        names_it = row["refused"].startswith(row["file"])
        say_error(row["refused"] if names_it else f"{title}: {row['refused']}")
        return
    print(f"{title}\n  {row['circuit']}, {row['points']} points")
    for parameter in row["parameters"]:
        print(f"    {parameter['name']:10} {_with_error(parameter)}  {parameter['note']}".rstrip())
    found = row["resistances"]
    for name in (*_QUANTITIES, "conductivity", "bulk_conductivity"):
        if found[name] is not None:
            label = found["label"] if name == "electrolyte" else name.replace("_", " ")
            print(f"  {label:22} {_with_error(found[name])}")
    for remark in (*found["reasons"], *found["assumptions"], *row["warnings"]):
        print(f"  · {remark}")
    for path in row["plots"]:
        print(f"  {path}")


def _with_error(found: dict[str, Any]) -> str:
    """Value and error in words.

    >>> _with_error({"value": 63.5619, "standard_error": 0.281, "unit": "ohm"})
    '63.56 ± 0.28 ohm'
    >>> _with_error({"value": 63.5619, "standard_error": None, "unit": "ohm"})
    '63.562 ohm (no error can be stated)'
    """
    error, unit = found["standard_error"], found["unit"]
    if not tells_digits(error, found["value"]):
        return f"{found['value']:.5g} {unit} (no error can be stated)"
    return with_error(found["value"], error, unit)
