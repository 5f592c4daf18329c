"""What a run is doing, in words that need no manual."""

from dataclasses import replace

import pytest
from solidcell.acquisition.record.rows import Event, Segment
from solidcell.acquisition.session import RunStateName
from solidcell.gui.event_words import event_words, oven_now, press_wanted
from solidcell.gui.run_words import (
    STATES,
    cell_facts,
    channel_limit_facts,
    run_facts,
    simulation_text,
)
from support.runs import header
from support.temperature_run import BENCH


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


def test_a_run_of_which_only_a_part_is_simulated_says_which():
    devices = [
        {"role": "galvanostat", "driver": "keithley_2450", "address": "USB0::0x05E6::INSTR"},
        {"role": "impedance_analyser", "driver": "e4990a", "address": "TCPIP0::localhost::1::S"},
    ]
    oven = {"name": "box", "device": {"driver": "julabo", "address": "socket://127.0.0.1:9"}}
    text = simulation_text(header(bench={"devices": devices, "oven": oven}))
    assert text.endswith("impedance analyser, oven box")
    assert simulation_text(header(bench={"devices": devices[:1]})) == ""


def test_every_device_of_a_channel_is_among_the_facts_of_a_run():
    facts = dict(run_facts(header(bench=BENCH)))
    assert facts["Galvanostat"] == "keithley_2450 at USB0::0x05E6::0x2450::04400001::INSTR"
    assert facts["Pressure gauge"] == "load_cell at COM4"
    assert facts["Oven box"] == "eurotherm_3200 at COM3"


@pytest.mark.parametrize(
    ("told", "words", "tone"),
    [
        (
            event("oven", state="waiting", target_k=333.15, waiting_for="run B holds 25 °C"),
            "wanted at 60 °C, waiting: run B holds 25 °C",
            "warning",
        ),
        (event("oven", state="soaked", target_k=333.15), "soaked at 60 °C", "accent"),
        (event("surroundings", name="stack_pressure", fault="no answer"), "no answer", "warning"),
        (event("surroundings", name="stack_pressure", fault=""), "read again", "good"),
        (event("surroundings", devices={"oven": {"model": "3216"}}), "oven: 3216", "plain"),
        (
            event("instrument", devices={"galvanostat": {"model": "2450", "serial": "044"}}),
            "galvanostat: 2450 044",
            "plain",
        ),
        (event("notes", number=3, as_in_row=12), "as for the spectrum before", "plain"),
        (
            event("notes", number=1, notes={"compensation": {"open": True, "short": False}}),
            "compensated: open",
            "plain",
        ),
    ],
)
def test_what_stands_around_a_cell_is_told_in_words(told, words, tone):
    _, particulars, shown = event_words(told)
    assert words in particulars
    assert shown == tone


def test_what_the_oven_does_is_told_of_the_segment_under_way_alone():
    soak = Segment(
        seq=5, number=1, elapsed_s=0.0, kind="SetTemperature", name="60 °C", settings={}, tags={}
    )
    events = [
        Event(
            seq=seq, elapsed_s=0.0, utc="", kind="oven", body={"state": state, "target_k": 333.15}
        )
        for seq, state in ((3, "soaked"), (7, "heating"))
    ]
    assert oven_now(soak, events) == "on its way to 60 °C"
    assert oven_now(soak, events[:1]) == ""
    assert oven_now(None, events) == ""


def test_a_cell_that_waits_for_the_press_says_so():
    pressed = Segment(
        seq=5, number=2, elapsed_s=0.0, kind="SetStackPressure", name="20 MPa", settings={}, tags={}
    )
    body = {"state": "asked", "target_pa": 20e6}
    asked = Event(seq=6, elapsed_s=0.0, utc="", kind="press", body=body)
    assert oven_now(pressed, [asked]) == "press the cell to 20 MPa"
    assert event_words(asked) == ("press", "press the cell to 20 MPa", "warning")


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


def test_whoever_stands_at_the_press_is_told_what_to_do_until_it_is_done():
    segment = Segment(
        seq=1, number=1, elapsed_s=0.0, kind="SetStackPressure", name="", settings={}, tags={}
    )
    told = {"utc": "", "elapsed_s": 0.0, "kind": "press"}
    asked = Event(seq=2, body={"state": "asked", "target_pa": 2e7}, **told)
    stable = Event(seq=3, body={"state": "stable", "target_pa": 2e7}, **told)
    wanted = "The run waits at the press: press the cell to 20 MPa."
    assert press_wanted(segment, [asked]) == wanted
    assert press_wanted(segment, [asked, stable]) == ""
    assert press_wanted(None, [asked]) == ""
    assert press_wanted(replace(segment, seq=4), [asked]) == ""
