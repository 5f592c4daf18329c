"""The voltage of a whole run in a few dozen points loses no extreme."""

from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.glances.voltage_history import STRETCHES, VoltageHistory

READINGS = st.lists(
    st.tuples(st.floats(0, 1e6), st.floats(-10, 10)), min_size=1, max_size=300, unique=True
)


def history_of(readings):
    history = VoltageHistory()
    for elapsed_s, voltage_v in readings:
        history.add(elapsed_s, voltage_v)
    return history.points()


@given(READINGS)
def test_the_lowest_and_the_highest_voltage_are_always_kept(readings):
    kept = history_of(readings)
    assert set(kept) <= set(readings)
    assert min(v for _, v in kept) == min(v for _, v in readings)
    assert max(v for _, v in kept) == max(v for _, v in readings)


@given(READINGS)
def test_the_points_stand_in_the_order_of_time_and_are_few(readings):
    kept = history_of(readings)
    assert [point.elapsed_s for point in kept] == sorted(point.elapsed_s for point in kept)
    assert 1 <= len(kept) <= 2 * STRETCHES


def test_what_is_no_number_is_left_out():
    history = VoltageHistory()
    for elapsed_s, voltage_v in ((1.0, float("nan")), (float("inf"), 1.0), (2.0, 0.5)):
        history.add(elapsed_s, voltage_v)
    assert history.points() == ((2.0, 0.5),)
