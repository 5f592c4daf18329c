"""``solidcell fit``: resistances of measured spectra, with standard errors, or a refusal."""

import csv
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .answer import AsJson, in_words, print_json, say
from .fit_words import as_row, print_row, refused_row
from .series_words import print_series, series_as_json
from .temperatures import ZERO_CELSIUS_K, read_temperatures

if TYPE_CHECKING:
    from ..analysis.geometry import Geometry
    from ..analysis.impedance.series.from_spectra import SeriesAnalysis
    from ..analysis.spectra import LabelledSpectrum, SpectrumAnswer

_SEVERAL = 4


def fit(
    files: Annotated[
        list[Path],
        typer.Argument(help="Spectra of any known format, runs, or folders of them."),
    ],
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
    temperatures: Annotated[
        Path | None,
        typer.Option(help="CSV with the columns file and temperature_c, one row a file."),
    ] = None,
    arrhenius: Annotated[
        bool,
        typer.Option(
            "--arrhenius", help="Fit all spectra together as a series over temperature; give Ea."
        ),
    ] = False,
    temperature_uncertainty: Annotated[
        float, typer.Option(help="Standard uncertainty of each temperature, K.")
    ] = 0.0,
    report: Annotated[
        Path | None,
        typer.Option(help="Folder for a report: PDF, tables (CSV) and data (JSON)."),
    ] = None,
    plot: Annotated[
        bool, typer.Option("--plot", help="Draw fit and residuals: PDF, SVG, and CSV of both.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where the plots go; beside the file if unset.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The folder that holds the runs.")] = None,
    as_json: AsJson = False,
) -> int:
    """Fit circuits to spectra; name the resistances they support.

    Bulk, grain boundary and interface are told apart only where the frequency window and the
    capacitances allow it. A file that cannot be read does not stop the others.
    """
    from ..analysis.formats.folder import spectrum_files
    from ..analysis.impedance import parse_circuit
    from ..analysis.spectra import answer_spectrum

    if circuit is not None:
        parse_circuit(circuit)
    if temperature is not None and temperatures is not None:
        raise ValueError("give --temperature or --temperatures, not both")
    geometry = _geometry(area, thickness, area_uncertainty, thickness_uncertainty)
    listed = spectrum_files(_there(files, data))
    known_k = {} if temperatures is None else read_temperatures(temperatures)
    if known_k and (unknown := [file.name for file in listed if file.name not in known_k]):
        say(f"{temperatures} has no temperature for {', '.join(unknown)}")
    common_k = None if temperature is None else temperature + ZERO_CELSIUS_K
    rows: list[dict[str, Any]] = []
    spectra = [
        replace(
            each,
            geometry=geometry or each.geometry,
            temperature_k=known_k.get(file.name, common_k) or each.temperature_k,
        )
        for file in listed
        for each in _spectra(file, rows)
    ]
    answers = []
    for each in _with_progress(spectra):
        answer = answer_spectrum(each, circuit)
        answers.append(answer)
        rows.append(as_row(answer, _draw(answer, out or each.file.parent) if plot else []))
    series = _series(spectra, circuit, temperature_uncertainty) if arrhenius else None
    if as_json:
        print_json({"spectra": rows, "arrhenius": series_as_json(series)} if series else rows)
    else:
        for row in rows:
            print_row(row)
        if series is not None:
            print_series(series)
    if report is not None:
        _report(answers, report, series)
    return int(any(row["refused"] for row in rows))


def _there(paths: list[Path], data: Path | None) -> list[Path]:
    """Return files and folders as they are, and what else is named as the file of that run."""
    from ..acquisition.session import default_data_dir, find_run

    folder = data or default_data_dir()
    try:
        return [path if path.exists() else find_run(str(path), folder) for path in paths]
    except FileNotFoundError as error:
        raise FileNotFoundError(f"no such file or folder: {error}") from None


def _geometry(
    area: float | None, thickness: float | None, u_area: float, u_thickness: float
) -> "Geometry | None":
    from ..analysis.spectra import geometry_of

    if (area is None) != (thickness is None):
        raise ValueError("give --area and --thickness together, or neither")
    if area is None or thickness is None:
        return None
    return geometry_of(
        area * 1e-4,
        thickness * 1e-6,
        electrode_area_uncertainty_m2=u_area * 1e-4,
        thickness_uncertainty_m=u_thickness * 1e-6,
    )


def _spectra(file: Path, rows: list[dict[str, Any]]) -> "list[LabelledSpectrum]":
    from ..analysis.spectra import spectra_of_file

    try:
        found = spectra_of_file(file)
    except (ValueError, OSError, ImportError) as error:
        rows.append(refused_row(file, "", in_words(error)))
        return []
    if not found:
        rows.append(refused_row(file, "", "no spectrum of three points or more is in it"))
    return found


def _with_progress(spectra: "list[LabelledSpectrum]") -> "Iterator[LabelledSpectrum]":
    """Show how far the fits are, on a terminal and if there are several."""
    from rich.console import Console
    from rich.progress import track

    console = Console(file=sys.stderr)
    quiet = len(spectra) < _SEVERAL or not console.is_terminal
    yield from track(spectra, "fitting", console=console, transient=True, disable=quiet)


def _series(
    spectra: "list[LabelledSpectrum]", code: str | None, temperature_uncertainty_k: float
) -> "SeriesAnalysis":
    from ..analysis.impedance import parse_circuit, series_from_spectra

    without = [each.file.name for each in spectra if each.temperature_k is None]
    if without:
        raise ValueError(
            f"--arrhenius needs the temperature of every spectrum; none is known for "
            f"{', '.join(without)}: give --temperatures"
        )
    if len({each.geometry for each in spectra}) > 1:
        raise ValueError("--arrhenius is for one cell, but the spectra are of different geometries")
    return series_from_spectra(
        [(each.spectrum, each.temperature_k) for each in spectra if each.temperature_k],
        None if code is None else parse_circuit(code),
        spectra[0].geometry if spectra else None,
        temperature_uncertainty_k=temperature_uncertainty_k,
    )


def _report(answers: "list[SpectrumAnswer]", folder: Path, series: "SeriesAnalysis | None") -> None:
    from ..analysis.report.fit_report import write_fit_report

    files = write_fit_report(answers, folder, series=series)
    for path in (files.pdf, *files.tables, files.data, *files.figures):
        say(str(path))


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
