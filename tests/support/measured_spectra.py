"""Where the measured spectra lie that the tests read, if they lie anywhere."""

import os
from pathlib import Path

import pytest

_BESIDE_THE_PROJECT = Path(__file__).resolve().parents[3] / "shared" / "data"


def measured_spectrum_file(name: str) -> Path:
    """Path of one file of the measured spectra; skips the test where they are not at hand."""
    given = os.environ.get("SOLIDCELL_TEST_DATA")
    folder = Path(given) if given else _BESIDE_THE_PROJECT
    if not folder.is_dir():
        pytest.skip(f"no measured spectra in {folder}; set SOLIDCELL_TEST_DATA to their folder")
    path = folder / name
    assert path.is_file(), f"{folder} lacks {name}"
    return path
