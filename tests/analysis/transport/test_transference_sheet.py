"""A transference number of two conductivities that are known, without any file."""

from pathlib import Path

import pytest
from solidcell.analysis.measurements import measurement

PUBLISHED = {"ionic_conductivity_ms_cm": 12.0, "electronic_conductivity_s_cm": 5.7e-9}


def test_a_published_pair_needs_no_file():
    of = measurement("transference")
    made = of.sheet([], {**PUBLISHED, "temperature_c": 25.0})
    assert not of.needs_files
    assert made.number("electronic_transference").value == pytest.approx(4.75e-7, rel=1e-3)
    assert dict(made.conditions)["temperature"] == "25.00 °C"
    assert not made.sources


def test_the_doubts_of_a_pair_are_those_of_its_ratio():
    doubts = {"ionic_uncertainty_percent": 3.0, "electronic_uncertainty_percent": 4.0}
    found = measurement("transference").sheet([], {**PUBLISHED, **doubts})
    ratio = found.number("conductivity_ratio")
    assert ratio.standard_error / ratio.value == pytest.approx(0.05)


@pytest.mark.parametrize("missing", PUBLISHED)
def test_one_conductivity_alone_says_which_other_is_needed(missing):
    given = {name: value for name, value in PUBLISHED.items() if name != missing}
    with pytest.raises(ValueError, match=f"^{missing} is needed, or one run file with a spectrum"):
        measurement("transference").sheet([], given)


def test_files_beside_both_conductivities_are_not_passed_over():
    with pytest.raises(ValueError, match="then no file is needed, got 1"):
        measurement("transference").sheet([Path("a.run.sqlite")], PUBLISHED)
