"""Names of arcs come with a probability that their capacitance gives them."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance import Geometry
from solidcell.analysis.impedance.identification.names import (
    NAMES,
    is_of_electrolyte,
    name_probabilities,
)

PELLET = Geometry(1e-3, 1e-2, 1e-5, 5e-5)
BULK_F = 20 * 8.854188e-12 / PELLET.length_over_area_per_m

capacitances = st.lists(st.floats(-14, 0).map(lambda decades: 10**decades), min_size=1, max_size=5)


def most_probable(*capacitances_f, geometry=PELLET, blocking=False):
    found = name_probabilities(capacitances_f, geometry, blocking)
    return [max(each, key=each.get) for each in found]


def test_arcs_of_a_ceramic_between_lithium_bear_the_names_of_irvine_sinclair_and_west():
    assert most_probable(BULK_F, 5e-9, 2e-6) == ["bulk", "grain boundary", "interface"]


def test_a_charge_transfer_with_a_chemical_capacitance_is_the_electrodes():
    assert most_probable(2e-6, 5e-3) == ["interface", "electrode"]


def test_between_blocking_electrodes_a_slow_arc_is_their_contact():
    assert most_probable(BULK_F, 2e-6, blocking=True) == ["bulk", "electrode"]


def test_a_second_arc_of_a_bulks_capacitance_is_no_second_bulk():
    found = name_probabilities([BULK_F, 1.5 * BULK_F], PELLET, False)
    assert found[0]["bulk"] + found[1]["bulk"] <= 1.0 + 1e-9
    assert found[0]["bulk"] > found[1]["bulk"]


def test_without_a_geometry_names_are_less_sure():
    known = name_probabilities([4e-11], PELLET, False)[0]
    unknown = name_probabilities([4e-11], None, False)[0]
    assert max(unknown.values()) < max(known.values())


def test_an_arc_between_the_ranges_is_told_to_be_in_doubt():
    between = name_probabilities([7e-8], PELLET, False)[0]
    assert 0.2 < between["grain boundary"] + between["bulk"] < 0.8


def test_a_thin_film_is_judged_by_its_own_size_and_not_by_a_pellets():
    film = Geometry(1e-6, 1e-2)
    bulk_f = 16 * 8.854188e-12 / film.length_over_area_per_m
    assert bulk_f > 1e-8
    assert most_probable(bulk_f, geometry=film) == ["bulk"]
    assert is_of_electrolyte(name_probabilities([bulk_f], film, False)[0])
    assert not is_of_electrolyte(name_probabilities([bulk_f * 1e3], PELLET, False)[0])


@given(capacitances, st.booleans(), st.sampled_from([None, PELLET]))
def test_probabilities_of_every_arc_add_up_to_one(found, blocking, geometry):
    for each in name_probabilities(sorted(found), geometry, blocking):
        assert set(each) == set(NAMES)
        assert sum(each.values()) == pytest.approx(1.0)
        assert all(0.0 <= p <= 1.0 for p in each.values())


@given(capacitances)
def test_names_lead_outwards_from_the_bulk(found):
    likely = name_probabilities(sorted(found), PELLET, False)
    outward = [sum(NAMES.index(name) * p for name, p in each.items()) for each in likely]
    assert all(math.isfinite(place) for place in outward)
    assert all(b >= a - 1e-9 for a, b in itertools.pairwise(outward))


def test_a_contact_of_little_resistance_and_faster_than_the_grain_boundary_takes_it_no_name():
    assert most_probable(3.6e-11, 2.4e-7, 2.5e-8, 1e-6, 4e-6) == [
        "bulk",
        "interface",
        "grain boundary",
        "interface",
        "interface",
    ]


@given(capacitances, st.randoms(use_true_random=False))
def test_the_order_in_which_arcs_are_told_changes_no_name(told, random):
    places = list(range(len(told)))
    random.shuffle(places)
    shuffled = name_probabilities([told[place] for place in places], PELLET, False)
    straight = name_probabilities(told, PELLET, False)
    if len(set(told)) == len(told):
        for place, found in zip(places, shuffled, strict=True):
            assert found == pytest.approx(straight[place])
