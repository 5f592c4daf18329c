from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.sequencer.staircase import staircase_v
from solidcell.drivers.segments import Voltammetry

VOLTS = st.integers(-50, 50).map(lambda tenths: tenths / 10)


@given(start=VOLTS, first=VOLTS, second=VOLTS, step=st.floats(0.01, 2.0), cycles=st.integers(1, 3))
def test_a_staircase_meets_every_vertex_and_never_steps_further_than_a_step(
    start, first, second, step, cycles
):
    steps = list(
        staircase_v(
            Voltammetry(
                start_v=start,
                vertex1_v=first,
                vertex2_v=second,
                step_v=step,
                scan_rate_v_per_s=0.1,
                current_max_a=1.0,
                cycles=cycles,
            )
        )
    )
    assert steps[0] == steps[-1] == start
    assert {start, first, second} <= set(steps)
    assert max(steps) == max(start, first, second)
    assert min(steps) == min(start, first, second)
    rises = [after - before for before, after in pairwise(steps)]
    assert all(abs(rise) <= step * (1 + 1e-6) for rise in rises)


def test_the_steps_of_a_leg_are_evenly_spaced():
    steps = list(
        staircase_v(
            Voltammetry(
                start_v=0.0,
                vertex1_v=0.3,
                vertex2_v=0.0,
                step_v=0.1,
                scan_rate_v_per_s=0.1,
                current_max_a=1.0,
            )
        )
    )
    assert steps == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.2, 0.1, 0.0])
