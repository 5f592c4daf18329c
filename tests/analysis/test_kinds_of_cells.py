"""A measurement asked for by name of a cell or a run that it is not defined for."""

import pytest
from solidcell.analysis.measurements import measurement
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings

FULL_CELL = {"active_mass_kg": 1.2e-5, "active_material": "NMC", "name": "NMC-7"}


@pytest.fixture(scope="module")
def driven(tmp_path_factory):
    """A critical-current test with seven spectra: current flows between them."""
    path = tmp_path_factory.mktemp("driven") / "ccd.run.sqlite"
    steps = settings(tuple(0.1 * k for k in range(1, 7)), half_cycle_s=300.0)
    return record_test(path, PrescribedCell(), steps)


def test_growth_is_not_read_from_spectra_that_current_flows_between(driven) -> None:
    growth = measurement("interphase-growth")
    with pytest.raises(ValueError, match=r"current flows between its spectra.*not_at_rest"):
        growth.sheet([driven], {})


@pytest.mark.slow
def test_growth_beside_current_is_told_where_it_is_meant_with_a_warning(driven) -> None:
    growth = measurement("interphase-growth")
    meant = growth.sheet([driven], {"not_at_rest": True, "circuit": "R0-p(R1,CPE1)"})
    assert any("current flows between" in warning for warning in meant.warnings)
