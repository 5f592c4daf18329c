import pytest
from solidcell.analysis.lithium.lithium_use import lithium_moved_m, lithium_use

MAH_CM2 = 36_000.0


def test_a_milliampere_hour_moves_4_85_micrometres():
    assert lithium_moved_m(MAH_CM2) * 1e6 == pytest.approx(4.85, abs=0.005)


@pytest.mark.parametrize(("low", "high"), [(1.0, 4.9), (3.0, 14.6)])
def test_practical_capacities_are_five_to_fifteen_micrometres(low, high):
    assert lithium_moved_m(low * MAH_CM2) * 1e6 == pytest.approx(high, abs=0.06)


def test_typical_symmetric_cells_move_half_to_two_and_a_half_micrometres():
    assert lithium_moved_m(0.1 * MAH_CM2) * 1e6 == pytest.approx(0.5, abs=0.02)
    assert lithium_moved_m(0.5 * MAH_CM2) * 1e6 == pytest.approx(2.4, abs=0.03)


def test_a_practical_half_cycle_of_thin_lithium_has_no_warning():
    use = lithium_use(3 * MAH_CM2, 30e-6)
    assert use.depth_of_discharge == pytest.approx(0.485, abs=0.001)
    assert use.warnings == ()


def test_little_charge_on_thick_lithium_has_every_warning():
    capacity, excess, depth = lithium_use(0.1 * MAH_CM2, 300e-6).warnings
    assert "0.1 mAh/cm²" in capacity
    assert "300 µm" in excess
    assert "0.16 %" in depth


def test_more_lithium_than_there_is_is_told():
    assert any("more lithium moves" in text for text in lithium_use(10 * MAH_CM2, 30e-6).warnings)


def test_lithium_of_unknown_thickness_has_no_depth():
    use = lithium_use(MAH_CM2)
    assert use.depth_of_discharge is None
    assert "not given" in use.warnings[0]


def test_a_negative_charge_or_thickness_is_refused():
    with pytest.raises(ValueError, match="-1 C/m²"):
        lithium_use(-1.0)
    with pytest.raises(ValueError, match="thickness is 0"):
        lithium_use(1.0, 0.0)


def test_a_half_cycle_meant_to_move_half_a_milliampere_hour_has_no_warning_of_its_rounding():
    assert not lithium_use(0.4999 * MAH_CM2, 20e-6).warnings
    assert lithium_use(0.49 * MAH_CM2, 20e-6).warnings
