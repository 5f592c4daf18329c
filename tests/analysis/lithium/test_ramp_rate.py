import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.lithium.ramp_rate import ramp_rate
from solidcell.analysis.runs import RunSegment

AREA_M2 = 0.785e-4


def stair(number, start_s, kind="Galvanostatic", **tags):
    asked = {"current_a": -1e-6 * number, "duration_s": 10.0}
    return RunSegment(
        number=number,
        kind=kind,
        name="",
        settings=asked,
        tags=tags,
        start_s=start_s,
        end="completed",
        detail="",
        duration_s=10.0,
    )


@settings(max_examples=15)
@given(late=st.floats(1.0, 5.0), stairs=st.integers(3, 40))
def test_stairs_that_take_longer_than_planned_make_a_slower_ramp(late, stairs):
    found = ramp_rate([stair(n, 10.0 * late * n) for n in range(1, stairs)], AREA_M2)
    if stairs < 4:
        assert found is None
        return
    assert found.planned == pytest.approx(1e-7 / AREA_M2)
    assert found.measured.value == pytest.approx(found.planned / late)
    assert found.is_off_plan == (1 - 1 / late > 0.02)


def test_a_deviation_within_the_error_is_none():
    scattered = [stair(n, 10.0 * n + (6.0 if n in (2, 5) else 0.0)) for n in range(1, 6)]
    found = ramp_rate(scattered, AREA_M2)
    assert abs(found.deviation) > 0.02
    assert not found.is_off_plan


def test_the_rest_and_the_spectrum_after_a_ramp_are_no_stairs():
    whole = [stair(n, 10.0 * n) for n in range(1, 6)]
    after = [stair(9, 900.0, "Rest"), stair(5, 1000.0, continues=5)]
    assert ramp_rate([*whole, *after], AREA_M2) == ramp_rate(whole, AREA_M2)
