"""The how-to from a folder to an Arrhenius plot does what it says."""

import re
from pathlib import Path

import numpy as np
import pytest
from support.cell_over_temperature import BOUNDARY, BULK, spectra_of, values_of

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs" / "how-to" / "from-a-folder-to-an-arrhenius-plot.md"
TEMPERATURE_K = np.array([213.15, 233.15, 253.15, 273.15, 293.15])
CODE = "p(R1,CPE1)-p(R2,CPE2)-CPE3"


@pytest.mark.slow
def test_the_code_of_the_how_to_runs_and_finds_the_energies(tmp_path, monkeypatch):
    values = values_of((BULK, BOUNDARY), TEMPERATURE_K, end=(2e-5, 0.9))
    folder = tmp_path / "spectra"
    folder.mkdir()
    names = []
    for k, one in enumerate(spectra_of(CODE, values, np.geomspace(7e6, 0.1, 45), 0.005)):
        names.append(f"{k}.csv")
        rows = np.stack([one.frequency_hz, one.z_ohm.real, one.z_ohm.imag], axis=1)
        np.savetxt(folder / names[-1], rows, delimiter=",", encoding="utf-8")
    table = [f"{n},{t - 273.15:.2f}" for n, t in zip(names, TEMPERATURE_K, strict=True)]
    (folder / "temperatures.csv").write_text(
        "\n".join(["file,temperature_c", *table]), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    known = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, known)
    assert (tmp_path / "arrhenius.pdf").stat().st_size > 1000
    for lines in (known["found"].arrhenius, known["arrhenius_of"](known["series"])):
        assert lines.bulk.activation_energy.value == pytest.approx(BULK.energy_ev, abs=0.01)
        assert lines.total.activation_energy.value == pytest.approx(0.42, abs=0.02)
