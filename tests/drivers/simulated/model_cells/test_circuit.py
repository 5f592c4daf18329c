import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.simulated.model_cells.circuit import Operating, settle
from solidcell.drivers.simulated.network import Drive


def steep(unknown_v: float) -> Operating:
    """An electrode of Butler-Volmer kinetics behind 10 ohm."""
    ionic_a = 1e-4 * math.sinh(max(-300.0, min(unknown_v / 0.0514, 300.0)))
    return Operating(unknown_v + 10.0 * ionic_a, ionic_a)


@settings(max_examples=15)
@given(level_a=st.floats(1e-6, 1e-2), sign=st.sampled_from([-1, 1]), start_v=st.floats(-2, 2))
def test_a_source_gets_its_current_wherever_the_search_begins_on_a_steep_flank(
    level_a, sign, start_v
) -> None:
    terminal, _ = settle(Drive("current", sign * level_a), steep, 0.0, start_v, 1e-3)
    assert terminal.current_a == pytest.approx(sign * level_a, rel=1e-9)
    assert not terminal.limited


@settings(max_examples=15)
@given(level_v=st.floats(-3, 3), start_v=st.floats(-2, 2))
def test_a_source_gets_its_voltage_and_gives_no_more_than_its_limit(level_v, start_v) -> None:
    terminal, _ = settle(Drive("voltage", level_v, 1e-3), steep, 0.0, start_v, 1e-3)
    if terminal.limited:
        assert terminal.current_a == pytest.approx(math.copysign(1e-3, level_v), rel=1e-9)
    else:
        assert terminal.voltage_v == pytest.approx(level_v, rel=1e-9, abs=1e-12)
        assert abs(terminal.current_a) <= 1e-3
