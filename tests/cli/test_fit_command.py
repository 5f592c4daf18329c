"""``solidcell fit`` on a file whose truth is known."""

import csv
import json

import numpy as np
import pytest
from support.command_line import answer_here, answer_of, run_command, run_here
from support.written_runs import HOLD, write_run

BULK_OHM, ARC_OHM, ARC_TAU_S = 200.0, 50.0, 1e-4


@pytest.fixture
def spectrum_file(tmp_path):
    rng = np.random.default_rng(7)
    frequency_hz = np.logspace(6, 0, 61)
    z = BULK_OHM + ARC_OHM / (1 + (2j * np.pi * frequency_hz * ARC_TAU_S) ** 0.9)
    z = z * (1 + 0.002 * (rng.normal(size=61) + 1j * rng.normal(size=61)))
    path = tmp_path / "cell.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["Frequency / Hz", "Real Impedance / ohm", "Imaginary Impedance / ohm"])
        table.writerows(zip(frequency_hz, z.real, z.imag, strict=True))
    return path


@pytest.mark.slow
def test_the_fitted_resistances_hold_the_truth_within_their_errors(spectrum_file):
    (found,) = answer_of("fit", spectrum_file, "--area", 0.785, "--thickness", 800)
    assert found["refused"] is None
    values = {p["name"]: (p["value"], p["standard_error"]) for p in found["parameters"]}
    for name, true in (("R0", BULK_OHM), ("R1", ARC_OHM)):
        value, error = values[name]
        assert abs(value - true) < 4 * error
    assert found["resistances"]["label"] == "bulk + GB"
    assert found["resistances"]["bulk"] is None
    total = found["resistances"]["total"]
    assert abs(total["value"] - 250.0) < 4 * total["standard_error"]


@pytest.mark.slow
def test_a_bad_file_does_not_stop_the_good_one_and_is_reported(spectrum_file, tmp_path):
    bad = tmp_path / "notes.txt"
    bad.write_text("these are my notes\nof the day\n", encoding="utf-8")
    refused, fitted = answer_here("fit", bad, spectrum_file)
    assert str(bad) in refused["refused"]
    assert fitted["refused"] is None


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_terminal_that_lacks_a_letter_still_gets_the_answer(spectrum_file, tmp_path, encoding):
    named = spectrum_file.rename(tmp_path / "Zelle \N{GREEK CAPITAL LETTER OMEGA} 7.csv")
    said = run_command("fit", named, encoding=encoding)
    assert (said.returncode, said.stderr) == (0, "")
    assert "CPE1_0" in said.stdout
    answered = run_here("fit", named, "--json", encoding=encoding)
    assert json.loads(answered.stdout)[0]["file"] == str(named)


@pytest.mark.slow
def test_the_plot_comes_as_vectors_and_as_the_numbers_that_were_drawn(spectrum_file, tmp_path):
    out = tmp_path / "plots"
    said = run_here("fit", spectrum_file, "--plot", "--out", out, "--circuit", "R0-p(R1,CPE1)")
    assert said.returncode == 0, said.stderr
    assert {path.suffix for path in out.iterdir()} == {".pdf", ".svg", ".csv"}
    (table,) = out.glob("*.csv")
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["frequency_hz"]) == pytest.approx(1e6)


@pytest.mark.slow
def test_a_circuit_that_cannot_be_read_points_at_the_character(spectrum_file):
    said = run_here("fit", spectrum_file, "--circuit", "R0-p(R1,CPE1")
    assert said.returncode == 1
    assert "R0-p(R1,CPE1" in said.stderr


@pytest.mark.slow
def test_a_folder_is_fitted_in_order_with_its_temperatures_and_reported(spectrum_file, tmp_path):
    folder = tmp_path / "series"
    folder.mkdir()
    for name in ("cell_10.csv", "cell_9.csv"):
        (folder / name).write_bytes(spectrum_file.read_bytes())
    table = tmp_path / "temperatures.csv"
    table.write_text("file,temperature_c\ncell_9.csv,-25\ncell_10.csv,60.5\n", encoding="utf-8")
    report = tmp_path / "report"
    found = answer_here("fit", folder, "--temperatures", table, "--report", report)
    assert [row["label"] for row in found] == ["cell_9", "cell_10"]
    assert found[0]["resistances"]["temperature_k"] == pytest.approx(248.15)
    assert found[1]["resistances"]["temperature_k"] == pytest.approx(333.65)
    names = {path.name for path in report.iterdir()}
    assert names == {"spectra.pdf", "spectra.csv", "parameters.csv", "spectra.json"}


@pytest.mark.slow
def test_three_temperatures_give_an_activation_energy_with_its_error_and_a_plot(tmp_path):
    folder, rows = tmp_path / "series", ["file,temperature_c"]
    folder.mkdir()
    rng = np.random.default_rng(3)
    frequency_hz = np.logspace(6, 1, 41)
    for celsius in (-20.0, 10.0, 40.0):
        kelvin = celsius + 273.15
        r = 0.5 * kelvin * np.exp(0.35 / 8.617333e-5 * (1 / kelvin - 1 / 298.15))
        z = r + 1 / (1e-5 * (2j * np.pi * frequency_hz) ** 0.9)
        z = z * (1 + 0.003 * (rng.normal(size=41) + 1j * rng.normal(size=41)))
        lines = [
            f"{f!r},{one.real!r},{one.imag!r}"
            for f, one in zip(frequency_hz.tolist(), z.tolist(), strict=True)
        ]
        text = "f / Hz,Re(Z) / ohm,Im(Z) / ohm\n" + "\n".join(lines)
        name = f"pellet_{celsius:.0f}.csv"
        (folder / name).write_text(text, encoding="utf-8")
        rows.append(f"{name},{celsius}")
    table = tmp_path / "temperatures.csv"
    table.write_text("\n".join(rows), encoding="utf-8")
    found = answer_here(
        *("fit", folder, "--temperatures", table, "--circuit", "R0-CPE1", "--arrhenius"),
        *("--area", 0.785, "--thickness", 800, "--report", tmp_path / "report"),
    )
    (line,) = found["arrhenius"]["lines"]
    energy, error = line["activation_energy_ev"], line["standard_error_ev"]
    assert abs(energy - 0.35) < 4 * error < 0.01
    assert line["conductivity_unit"] == "S/cm"
    assert len(found["spectra"]) == 3
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"arrhenius.csv", "arrhenius_points.csv", "arrhenius.pdf", "arrhenius.svg"} <= names


@pytest.mark.slow
def test_a_series_without_temperatures_says_which_are_missing(spectrum_file):
    said = run_here("fit", spectrum_file, "--arrhenius")
    assert said.returncode == 1
    assert "none is known for cell.csv: give --temperatures" in said.stderr


@pytest.mark.slow
def test_a_run_is_named_as_everywhere_else_and_one_without_a_spectrum_says_so(tmp_path):
    run_file = write_run(tmp_path / "hold-7" / "hold-7.run.sqlite", [HOLD], run_id="hold-7")
    said = run_here("fit", "hold", "--data", tmp_path)
    assert said.returncode == 1
    assert f"{run_file}: no spectrum of three points or more is in it" in said.stderr


def test_a_name_of_nothing_says_where_it_was_looked_for(tmp_path):
    said = run_here("fit", "pellet.mpt", data=tmp_path)
    assert said.returncode == 1
    assert f"no such file or folder: 'pellet.mpt' is no run in {tmp_path}" in said.stderr
