"""``solidcell oven``: what it says of ovens that are kept, and that are not."""

import json

import pytest
from solidcell.acquisition.ovens import overview
from solidcell.acquisition.ovens.place import OvenPlace
from solidcell.acquisition.ovens.state import OvenState, Place
from solidcell.acquisition.processes import this_process
from solidcell.cli.oven import Action, oven
from support.oven_bench import oven_spec

HELD = Place(key="k", run_id="2026-11-21_A1", temperature_k=333.15, note="paused")
WAITS = Place(key="l", run_id="2026-11-21_A2", temperature_k=313.15)


@pytest.fixture
def kept(tmp_path):
    spec = oven_spec()
    place = OvenPlace.of(spec.device.address, tmp_path)
    place.write_spec(spec)
    return place


def say(place, **changes):
    state = {"temperature_k": 325.35, "target_k": 333.15, "holders": (HELD,), "waiting": (WAITS,)}
    OvenState(keeper=this_process(), name="box", at_s=1.0, **state | changes).write(
        place.state_file
    )


def test_it_says_who_has_an_oven_and_who_waits(kept, tmp_path, capsys):
    say(kept)
    assert oven(folder=tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == [
        "box  (julabo, socket://127.0.0.1:5030): 52.2 °C, target 60.0 °C",
        "  has it   2026-11-21_A1: 60.0 °C (paused)",
        "  waits    2026-11-21_A2: 40.0 °C",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fault": "the sensor is broken"}, "FAULT: the sensor is broken"),
        ({"temperature_k": None}, "unknown, target 60.0 °C"),
        ({"holders": (), "waiting": ()}, "target 60.0 °C; no run needs it any more"),
        ({"target_k": None}, "no temperature is asked of it"),
        ({"has_ended": True}, "nobody needs it"),
    ],
)
def test_it_says_what_is_not_as_it_should_be(kept, tmp_path, capsys, changes, words):
    say(kept, **changes)
    oven(folder=tmp_path)
    assert words in capsys.readouterr().out


def test_a_program_gets_it_as_json(kept, tmp_path, capsys):
    say(kept)
    oven(folder=tmp_path, as_json=True)
    [told] = json.loads(capsys.readouterr().out)["ovens"]
    assert told["is_kept"]
    assert told["holders"] == [{"run": "2026-11-21_A1", "temperature_k": 333.15, "note": "paused"}]


def test_without_ovens_it_says_so(tmp_path, capsys):
    oven(folder=tmp_path)
    assert "no oven was ever asked" in capsys.readouterr().out


def test_off_orders_the_keeper_and_says_if_it_does_not_obey(kept, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(overview, "ANSWER_S", 0.2)
    say(kept, is_ours=True)
    assert oven(Action.OFF, "box", folder=tmp_path) == 1
    assert "the heat may be on" in capsys.readouterr().err
    assert json.loads(kept.off_file.read_text(encoding="utf-8"))["who"]


@pytest.mark.parametrize(("name", "word"), [(None, "needs the name"), ("cellar", "known are box")])
def test_off_needs_an_oven_that_is_known(kept, tmp_path, name, word):
    with pytest.raises(ValueError, match=word):
        oven(Action.OFF, name, folder=tmp_path)
