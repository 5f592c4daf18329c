"""The report on fitted spectra: what it writes is what was fitted, or why it was not."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum
from solidcell.analysis.report.fit_report import write_fit_report
from solidcell.analysis.spectra import LabelledSpectrum, answer_spectrum, geometry_of

FREQUENCY_HZ = np.geomspace(1e6, 1.0, 40)


def answer(name, z, **known):
    spectrum = Spectrum(FREQUENCY_HZ, z)
    return answer_spectrum(LabelledSpectrum(Path(name), "", spectrum, **known), "R0-p(R1,CPE1)")


@pytest.fixture
def answers():
    noise = 0.003 * np.random.default_rng(2).normal(size=(2, 40))
    z = 200 + 900 / (1 + (2j * np.pi * FREQUENCY_HZ * 1e-4) ** 0.9)
    known = {"geometry": geometry_of(0.785e-4, 0.8e-3), "temperature_k": 298.15}
    fitted = answer("cell_1.csv", z * (1 + noise[0] + 1j * noise[1]), **known)
    return [fitted, answer("shorted.csv", np.full(40, 2.0) * (1 + 1e-3 * noise[0]))]


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_hold_what_was_fitted_and_the_reason_of_a_refusal(answers, tmp_path):
    files = write_fit_report(answers, tmp_path / "report", "2026-01-01T00:00:00+00:00")
    spectra, parameters = (read(path) for path in files.tables)
    fit = answers[0].fit
    assert [row["file"] for row in spectra] == ["cell_1.csv", "shorted.csv"]
    assert float(spectra[0]["total_ohm"]) == pytest.approx(answers[0].resistances.total.value)
    sigma = answers[0].resistances.conductivity.value / 100
    assert float(spectra[0]["conductivity_s_per_cm"]) == pytest.approx(sigma)
    assert float(spectra[0]["temperature_c"]) == pytest.approx(25.0)
    assert "short-circuited" in spectra[1]["refused"]
    assert spectra[1]["total_ohm"] == ""
    assert {row["parameter"]: float(row["value"]) for row in parameters} == pytest.approx(
        dict(zip(fit.names, fit.values, strict=True))
    )
    whole = json.loads(files.data.read_text(encoding="utf-8"))
    assert whole["settings"][0]["weighting"] == "modulus"
    assert whole["spectra"][1]["total_ohm"] is None


def test_the_same_fits_give_the_same_files_and_no_draft_is_left(answers, tmp_path):
    first = write_fit_report(answers, tmp_path / "a", "2026-01-01T00:00:00+00:00")
    second = write_fit_report(answers, tmp_path / "b", "2026-01-01T00:00:00+00:00")
    for one, other in zip((*first.tables, first.data), (*second.tables, second.data), strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert first.pdf.read_bytes().startswith(b"%PDF")
    assert not list((tmp_path / "a").glob(".*"))


def test_a_report_on_nothing_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no spectra"):
        write_fit_report([], tmp_path)
