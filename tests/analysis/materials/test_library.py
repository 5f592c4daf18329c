"""Every published value keeps its condition and source; none is the true one."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.geometry import Quantity
from solidcell.analysis.materials.comparison import disagreements, place
from solidcell.analysis.materials.entries import Entry
from solidcell.analysis.materials.library import (
    KINDS,
    aliases,
    capacitance_ranges,
    entries,
    find,
    membranes,
    observations,
)


def entry(value: float, temperature_k: float | None = 298.0, **more) -> Entry:
    named = {"material": "M", "source": "a paper", **more}
    return Entry(kind="conductivity", value=value, temperature_k=temperature_k, **named)


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_has_a_material_a_source_and_a_confidence(kind):
    assert entries(kind)
    for each in entries(kind):
        assert each.kind == kind
        assert each.material
        assert each.source
        assert each.confidence


def test_units_are_converted_once():
    lgps = [e.value for e in find(entries("conductivity"), "LGPS")]
    assert max(lgps) == pytest.approx(1.2)  # 12 mS/cm
    (first, *_) = entries("electronic")
    assert first.value == pytest.approx(1e-6)  # below 1e-8 S/cm
    assert first.qualifier == "<"
    stripping = [e for e in entries("critical-current") if "stripping" in e.method]
    assert [e.value for e in stripping] == pytest.approx([2.0, 10.0])  # 0.2 and 1.0 mA/cm2
    assert [e.pressure_pa for e in stripping] == pytest.approx([3e6, 7e6])


def test_a_value_of_another_temperature_keeps_it():
    hot = [e for e in entries("conductivity") if e.material == "beta-Li3PS4"]
    assert sorted(e.temperature_k for e in hot) == [298.0, 500.0]
    assert disagreements(hot) == []


def test_tables_are_complete():
    reviewed = [e for e in entries("conductivity") if e.source.endswith("2020), Table 1")]
    assert len(reviewed) == 36
    assert len(entries("electronic")) == 17
    assert len(membranes()) == 13
    assert len(capacitance_ranges()) == 7
    assert len(observations()) + len(entries("critical-current")) == 56


def test_an_abbreviation_finds_the_material_alone_and_a_part_of_a_name_all_that_hold_it():
    assert {e.material for e in find(entries("conductivity"), "LPSCl")} == {"Li6PS5Cl"}
    assert len({e.material for e in find(entries("conductivity"), "li6ps5")}) > 3
    assert set(aliases().values()) <= {e.material for kind in KINDS for e in entries(kind)}


def test_an_unknown_material_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match="no material 'unobtainium' in the library; there are "):
        find(entries("conductivity"), "unobtainium")


def test_works_that_are_quoted_with_two_values_are_told_from_materials_that_scatter():
    found = disagreements(entries("conductivity"))
    slips = {(each.material, round(each.ratio)) for each in found if each.one_work}
    assert slips == {("Li7P3S11", 10), ("Lithium silicate", 253), ("MgPON", 1000)}
    assert {each.material for each in found if not each.one_work} >= {"Li6PS5Cl", "Li3PS4"}


def test_a_ratio_of_three_agrees_and_more_does_not():
    assert disagreements([entry(1.0), entry(3.0)]) == []
    (found,) = disagreements([entry(1.0), entry(3.1)])
    assert (found.lowest.value, found.highest.value, found.one_work) == (1.0, 3.1, False)


def test_a_range_counts_from_its_lower_to_its_upper_end():
    (alone,) = disagreements([entry(0.2, high=1.0)])
    assert alone.lowest is alone.highest
    assert alone.ratio == pytest.approx(5.0)
    (both,) = disagreements([entry(0.2, high=0.7), entry(0.6, high=0.9)])
    assert both.ratio == pytest.approx(4.5)
    assert (both.lowest.value, both.highest.upper) == (0.2, 0.9)


def test_quotations_of_one_work_whose_ranges_overlap_are_no_slip():
    twice = [entry(0.2, high=1.0, work="one"), entry(0.5, work="one")]
    assert [each.one_work for each in disagreements(twice)] == [False]
    apart = [entry(0.2, high=1.0, work="one"), entry(10.0, work="one")]
    slip, _ = disagreements(apart)
    assert slip.one_work
    assert slip.ratio == pytest.approx(10.0)


def test_temperatures_more_than_5_k_apart_are_not_compared():
    assert disagreements([entry(1.0, 298.0), entry(9.0, 304.0)]) == []
    assert len(disagreements([entry(1.0, 298.0), entry(9.0, 303.0)])) == 1
    assert disagreements([entry(1.0, None), entry(9.0, None)]) == []


@settings(max_examples=25)
@given(st.lists(st.floats(1e-6, 10.0), min_size=1, max_size=9), st.floats(1e-6, 10.0))
def test_the_rank_is_the_place_in_the_sorted_list(values, own):
    found = place(Quantity(own, None, "S/m"), 298.15, [entry(value) for value in values])
    above = sorted([*values, own], reverse=True)
    assert above[found.rank - 1] == pytest.approx(own)
    assert 1 <= found.rank <= len(values) + 1
    assert found.ratio_to_median.value > 0


def test_a_doubtful_value_has_a_range_of_ranks_and_a_doubtful_ratio():
    published = [entry(value) for value in (1.0, 2.0, 3.0)]
    found = place(Quantity(2.5, 0.3, "S/m"), 298.0, published)
    assert (found.rank, found.ranks) == (2, (1, 3))
    assert found.ratio_to_median.value == pytest.approx(1.25)
    assert found.ratio_to_median.standard_error == pytest.approx(0.15)


def test_equal_values_share_the_higher_rank():
    published = [entry(value) for value in (1.0, 2.0, 2.0, 3.0)]
    assert place(Quantity(2.0, None, "S/m"), 298.0, published).rank == 2


def test_a_bound_and_an_unknown_temperature_are_not_compared():
    published = [entry(1.0), entry(5.0, qualifier="<"), entry(7.0, None)]
    assert [e.value for e in place(Quantity(2.0, None, ""), 298.0, published).compared] == [1.0]


def test_without_anything_at_that_temperature_there_is_a_refusal_and_no_rank():
    found = place(Quantity(1.0, None, "S/m"), 350.0, [entry(1.0), entry(2.0)])
    assert found.rank is None
    assert found.refused == "none of 2 entries is within 5 K of 76.85 °C"


def test_a_value_far_above_all_others_is_warned_of():
    found = place(Quantity(50.0, None, "S/m"), 298.0, [entry(1.0), entry(2.0)])
    assert found.warnings == ("25.0 times the highest published value: check geometry and unit",)
    assert place(Quantity(0.1, None, "S/m"), 298.0, [entry(1.0)]).warnings


@pytest.mark.parametrize(("value", "kelvin"), [(0.0, 298.0), (1.0, 0.0), (math.nan, 298.0)])
def test_what_is_not_positive_is_an_error(value, kelvin):
    with pytest.raises(ValueError, match="must be finite and above 0"):
        place(Quantity(value, None, ""), kelvin, [entry(1.0)])
