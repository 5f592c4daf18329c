"""``solidcell fit``: resistances of measured spectra, with standard errors, or a refusal."""

import csv
from dataclasses import asdict, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .answer import AsJson, in_words, print_json, say_error

if TYPE_CHECKING:
    from ..analysis.impedance.geometry import Geometry, Quantity
    from ..analysis.impedance.identification.resistances import Resistances
    from ..analysis.spectra import LabelledSpectrum, SpectrumAnswer

_QUANTITIES = ("total", "electrolyte", "bulk", "grain_boundary", "interface", "series")


def fit(
    files: Annotated[list[Path], typer.Argument(help="Spectra of any known format, or run files.")],
    circuit: Annotated[
        str | None,
        typer.Option(help="In impedance.py's language; chosen from the data if unset."),
    ] = None,
    area: Annotated[float | None, typer.Option(help="Electrode area in cm².")] = None,
    thickness: Annotated[float | None, typer.Option(help="Electrolyte thickness in µm.")] = None,
    area_uncertainty: Annotated[float, typer.Option(help="Standard uncertainty, cm².")] = 0.0,
    thickness_uncertainty: Annotated[float, typer.Option(help="Standard uncertainty, µm.")] = 0.0,
    temperature: Annotated[
        float | None, typer.Option(help="Temperature of the cell in °C, kept with the result.")
    ] = None,
    plot: Annotated[
        bool, typer.Option("--plot", help="Draw fit and residuals: PDF, SVG, and CSV of both.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where the plots go; beside the file if unset.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Fit circuits to spectra; name the resistances they support.

    Bulk, grain boundary and interface are told apart only where the frequency window and the
    capacitances allow it. A file that cannot be read does not stop the others.
    """
    from ..analysis.impedance import parse_circuit
    from ..analysis.spectra import answer_spectrum, geometry_of

    if circuit is not None:
        parse_circuit(circuit)
    if (area is None) != (thickness is None):
        raise ValueError("give --area and --thickness together, or neither")
    given: Geometry | None = None
    if area is not None and thickness is not None:
        given = geometry_of(
            area * 1e-4,
            thickness * 1e-6,
            electrode_area_uncertainty_m2=area_uncertainty * 1e-4,
            thickness_uncertainty_m=thickness_uncertainty * 1e-6,
        )
    rows: list[dict[str, Any]] = []
    for file in files:
        for each in _spectra(file, rows):
            known = replace(each, geometry=given or each.geometry)
            if temperature is not None:
                known = replace(known, temperature_k=temperature + 273.15)
            answer = answer_spectrum(known, circuit)
            plots = _draw(answer, out or file.parent) if plot else []
            rows.append(_row(answer, plots))
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            _print(row)
    return int(any(row["refused"] for row in rows))


def _spectra(file: Path, rows: list[dict[str, Any]]) -> "list[LabelledSpectrum]":
    from ..analysis.spectra import spectra_of_file

    try:
        return spectra_of_file(file)
    except (ValueError, OSError, ImportError) as error:
        rows.append(_refused_row(file, "", in_words(error)))
        return []


def _refused_row(file: Path, label: str, reason: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"circuit": None, "parameters": [], "resistances": None}
    return {"file": str(file), "label": label, **nothing, "refused": reason}


def _row(answer: "SpectrumAnswer", plots: list[Path]) -> dict[str, Any]:
    of, fitted, named = answer.of, answer.fit, answer.resistances
    if fitted is None or named is None:
        return _refused_row(of.file, of.label, answer.refused or "no circuit describes it")
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


def _draw(answer: "SpectrumAnswer", folder: Path) -> list[Path]:
    from ..analysis.impedance.nyquist import nyquist_columns, nyquist_figure

    if answer.fit is None:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    label = "".join(c if c.isalnum() or c in "-_." else "_" for c in answer.of.label)
    parts = dict.fromkeys((answer.of.file.stem, label or answer.of.file.stem))
    stem = "_".join((*parts, "fit"))
    figure = nyquist_figure(answer.fit, answer.of.spectrum, answer.of.file.name)
    paths = [folder / f"{stem}{suffix}" for suffix in (".pdf", ".svg", ".csv")]
    for path in paths[:2]:
        figure.savefig(path)
    columns = {
        name: values.tolist()
        for name, values in asdict(nyquist_columns(answer.fit, answer.of.spectrum)).items()
    }
    with paths[2].open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows(zip_longest(*columns.values(), fillvalue=""))
    return paths


def _print(row: dict[str, Any]) -> None:
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
    error, unit = found["standard_error"], found["unit"]
    if error is None:
        return f"{found['value']:.5g} {unit} (no error can be stated)"
    return f"{found['value']:.5g} ± {error:.2g} {unit}"
