"""What a run is doing, in words that need no manual."""

import pytest
from solidcell.acquisition.record.rows import Event
from solidcell.acquisition.session import RunStateName
from solidcell.gui.event_words import event_words
from solidcell.gui.run_words import (
    STATES,
    cell_facts,
    channel_limit_facts,
    simulation_text,
)
from support.runs import header


def event(kind, **body):
    return Event(seq=1, elapsed_s=0.0, utc="", kind=kind, body=body)


def test_every_state_has_an_icon_and_a_text_of_its_own():
    assert set(STATES) == set(RunStateName)
    assert len({words.text for words in STATES.values()}) == len(STATES)
    assert all(words.icon for words in STATES.values())


def test_a_reading_beyond_a_limit_stands_out_in_the_log():
    what, particulars, tone = event_words(event("limit_trip", voltage_v=5.01234, by="worker"))
    assert (what, tone) == ("limit trip", "danger")
    assert particulars == "voltage 5.01234 V   by worker"


def test_a_segment_that_ended_early_is_marked():
    assert event_words(event("segment_ended", number=3, end="completed"))[2] == "plain"
    assert event_words(event("segment_ended", number=3, end="voltage_limit"))[2] == "warning"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clock_speed": 2000.0}, "2000 ×"),
        ({"bench": {"address": "socket://127.0.0.1:5025"}}, "a twin on this machine"),
        ({"bench": {"address": "/dev/ttyACM0"}}, ""),
    ],
)
def test_a_simulated_run_says_so_and_a_real_one_does_not(changes, said):
    text = simulation_text(header(**changes))
    assert said in text
    assert bool(said) == bool(text)


def test_facts_are_in_the_units_of_the_laboratory():
    cell = {
        "name": "p7",
        "electrode_area_m2": 0.785e-4,
        "thickness_m": 8e-4,
        "temperature_k": 298.15,
    }
    facts = dict(cell_facts(cell))
    assert facts["Area"] == "0.785 cm²"
    assert facts["Thickness"] == "800 µm"
    assert facts["Temperature"] == "25 °C"
    assert facts["Stack pressure"] == "not given"
    limits = {"limits": {"current_max_a": 0.02, "charge_max_c": 36.0}}
    assert channel_limit_facts(limits) == [
        ("Current, either way", "20 mA"),
        ("Net charge", "10 mAh"),
    ]
