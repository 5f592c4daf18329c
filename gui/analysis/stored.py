"""A project as JSON: spectra with their data, models and fits, so that it opens anywhere.

Version 1. SI units; ``null`` stands for a number that is not known.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...acquisition.json_files import write_json
from ...analysis.impedance import Geometry, Spectrum, parse_circuit
from ...analysis.spectra import LabelledSpectrum
from .entries import Entry, Knob, Model, Outcome, Project, StartFrom

FORMAT: Final = "solidcell analysis project"
VERSION: Final = 1
SUFFIX: Final = ".impedance.json"
_SIZES: Final = ("thickness_m", "diameter_m", "thickness_uncertainty_m", "diameter_uncertainty_m")


class ProjectError(ValueError):
    """A file that is no project of ours, or a damaged one; the message names file and reason."""


def save_project(path: Path, project: Project, measured: Mapping[str, LabelledSpectrum]) -> None:
    """Write a project in place of the file that was there, wholly or not at all."""
    body = {
        "format": FORMAT,
        "version": VERSION,
        "spectra": {key: spectrum_to_json(measured[key]) for key in project.keys},
        "entries": [entry_to_json(entry) for entry in project.entries],
    }
    write_json(path, body)


def load_project(path: Path) -> tuple[Project, dict[str, LabelledSpectrum]]:
    """Read a project. Raises ``ProjectError``, or ``FileNotFoundError``."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ProjectError(f"{path} is no analysis project: {error}") from None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise ProjectError(f"{path} is no analysis project: it does not say {FORMAT!r}")
    if body.get("version") != VERSION:
        raise ProjectError(
            f"{path} is of version {body.get('version')}; this solidcell reads version {VERSION}"
        )
    try:
        measured = {key: spectrum_from_json(value) for key, value in body["spectra"].items()}
        entries = tuple(sound(entry_from_json(value)) for value in body["entries"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProjectError(f"{path} is damaged: {type(error).__name__} {error}") from error
    if unknown := [entry.key for entry in entries if entry.key not in measured]:
        raise ProjectError(f"{path} is damaged: no data of {', '.join(unknown)}")
    return Project(entries), measured


def spectrum_to_json(measured: LabelledSpectrum) -> dict[str, Any]:
    """One spectrum with its data and the size of its cell."""
    spectrum, geometry = measured.spectrum, measured.geometry
    return {
        "file": str(measured.file),
        "label": measured.label,
        "frequency_hz": spectrum.frequency_hz.tolist(),
        "z_real_ohm": spectrum.z_ohm.real.tolist(),
        "z_imag_ohm": spectrum.z_ohm.imag.tolist(),
        "geometry": geometry and {size: getattr(geometry, size) for size in _SIZES},
        "temperature_k": measured.temperature_k,
    }


def spectrum_from_json(body: Mapping[str, Any]) -> LabelledSpectrum:
    """The spectrum of :func:`spectrum_to_json`. Raises ``KeyError`` or ``ValueError``."""
    pairs = zip(body["z_real_ohm"], body["z_imag_ohm"], strict=True)
    size = body["geometry"]
    return LabelledSpectrum(
        file=Path(str(body["file"])),
        label=str(body["label"]),
        spectrum=Spectrum(body["frequency_hz"], [complex(re, im) for re, im in pairs]),
        geometry=None if size is None else Geometry(**{name: float(size[name]) for name in _SIZES}),
        temperature_k=_maybe(body["temperature_k"]),
    )


def sound(entry: Entry) -> Entry:
    """The entry, if its circuits can be read and have the parameters that stand beside them.

    Raises ``ValueError``.
    """
    models = [entry.model] + ([entry.outcome.model] if entry.outcome is not None else [])
    for model in models:
        names = tuple(knob.name for knob in model.knobs)
        if parse_circuit(model.circuit).names != names:
            raise ValueError(f"{model.circuit} has not the parameters {', '.join(names)}")
        if unknown := [knob.tie for knob in model.knobs if knob.tie and knob.tie not in names]:
            raise ValueError(f"{model.circuit} has no parameter {unknown[0]} to tie to")
    return entry


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """One spectrum's model and outcome."""
    outcome = entry.outcome
    return {
        "key": entry.key,
        "model": _model_to_json(entry.model),
        "outcome": outcome and _outcome_to_json(outcome),
    }


def entry_from_json(body: Mapping[str, Any]) -> Entry:
    """The entry of :func:`entry_to_json`. Raises ``KeyError`` or ``ValueError``."""
    outcome = body["outcome"]
    return Entry(
        key=str(body["key"]),
        model=_model_from_json(body["model"]),
        outcome=None if outcome is None else _outcome_from_json(outcome),
    )


def _model_to_json(model: Model) -> dict[str, Any]:
    knobs = [
        {
            "name": knob.name,
            "value": knob.value,
            "locked": knob.locked,
            "bounds": knob.bounds and list(knob.bounds),
            "tie": knob.tie,
        }
        for knob in model.knobs
    ]
    return {"circuit": model.circuit, "start": model.start, "parameters": knobs}


def _model_from_json(body: Mapping[str, Any]) -> Model:
    knobs = tuple(
        Knob(
            name=str(knob["name"]),
            value=float(knob["value"]),
            locked=bool(knob["locked"]),
            bounds=_bounds(knob["bounds"]),
            tie=str(knob["tie"]),
        )
        for knob in body["parameters"]
    )
    start: StartFrom = "shown" if body["start"] == "shown" else "data"
    return Model(circuit=str(body["circuit"]), knobs=knobs, start=start)


def _outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "model": _model_to_json(outcome.model),
        "refused": outcome.refused,
        "standard_errors": list(outcome.standard_errors),
        "notes": list(outcome.notes),
        "warnings": list(outcome.warnings),
        "facts": [list(fact) for fact in outcome.facts],
        "misfit": _number(outcome.misfit),
        "chi2": _number(outcome.chi2),
        "points": outcome.points,
        "converged": outcome.converged,
        "left_out_hz": list(outcome.left_out_hz),
    }


def _outcome_from_json(body: Mapping[str, Any]) -> Outcome:
    return Outcome(
        model=_model_from_json(body["model"]),
        refused=str(body["refused"]),
        standard_errors=tuple(_maybe(error) for error in body["standard_errors"]),
        notes=tuple(str(note) for note in body["notes"]),
        warnings=tuple(str(warning) for warning in body["warnings"]),
        facts=tuple((str(name), str(text)) for name, text in body["facts"]),
        misfit=_or_nan(body["misfit"]),
        chi2=_or_nan(body["chi2"]),
        points=int(body["points"]),
        converged=bool(body["converged"]),
        left_out_hz=tuple(float(frequency) for frequency in body["left_out_hz"]),
    )


def _bounds(body: Sequence[float] | None) -> tuple[float, float] | None:
    if body is None:
        return None
    low, high = body
    return float(low), float(high)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _maybe(value: Any) -> float | None:
    return None if value is None else float(value)


def _or_nan(value: Any) -> float:
    return math.nan if value is None else float(value)
