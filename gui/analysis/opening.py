"""From files and folders to spectra; a file that cannot be read stops no other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...acquisition.record.errors import RecordError
from ...analysis.formats import FormatError
from ...analysis.spectra import LabelledSpectrum, spectra_of_file

SUFFIXES: Final = (
    ".csv", ".dat", ".dta", ".mpr", ".mpt", ".sqlite", ".tsv", ".txt", ".z",
)  # fmt: skip
"""Of the files of a folder, those that are looked into; a file picked by itself always is."""
_RUN: Final = ".run.sqlite"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read, by key, and a sentence for each file that could not be."""

    measured: dict[str, LabelledSpectrum]
    problems: tuple[str, ...]


def open_spectra(paths: Iterable[Path]) -> Opened:
    """Read every spectrum of files and folders; folders are searched to the bottom."""
    measured: dict[str, LabelledSpectrum] = {}
    problems: list[str] = []
    for file in _files(paths):
        try:
            found = spectra_of_file(file)
        except (FormatError, RecordError, ValueError, OSError) as error:
            problems.append(_told(file, error))
            continue
        if not found:
            problems.append(f"{file}: no spectrum of three points or more in it")
        measured |= {key_of(one): one for one in found}
    return Opened(measured, tuple(problems))


def key_of(measured: LabelledSpectrum) -> str:
    """What tells a spectrum from others: its file, its label and its numbers."""
    told = hashlib.sha256(f"{measured.file.resolve()}\n{measured.label}\n".encode())
    told.update(measured.spectrum.frequency_hz.tobytes())
    told.update(measured.spectrum.z_ohm.tobytes())
    return told.hexdigest()[:16]


def name_of(measured: LabelledSpectrum) -> str:
    """A short name: the file's, and the label where it says more."""
    stem = measured.file.name.removesuffix(_RUN)
    label = measured.label.strip()
    return (
        stem
        if not label or label in (measured.file.name, measured.file.stem)
        else f"{stem} · {label}"
    )


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from _of_folder(path)
        else:
            yield path


def _of_folder(folder: Path) -> list[Path]:
    """Files of the known suffixes; beside a run file nothing else, as that is what it is from."""
    everything = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    runs = {file.parent for file in everything if file.name.endswith(_RUN)}
    return [
        file
        for file in everything
        if file.suffix.lower() in SUFFIXES
        and not file.name.startswith(".")
        and (file.name.endswith(_RUN) or file.parent not in runs)
    ]


def _told(file: Path, error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if file.name in text else f"{file}: {text}"
