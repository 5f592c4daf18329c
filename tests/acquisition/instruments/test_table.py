"""What every driver declares to a bench file, and what a channel is made of."""

import re

import pytest
from solidcell.acquisition.instruments.addresses import host_of, is_this_machine, port_of
from solidcell.acquisition.instruments.options import Option, checked_options
from solidcell.acquisition.instruments.roles import GAUGES, ON_THE_CELL, Role
from solidcell.acquisition.instruments.table import DRIVERS
from solidcell.drivers import segments

KINDS = {"Rest", "Galvanostatic", "Potentiostatic", "Voltammetry", "ImpedanceSweep"}


@pytest.mark.parametrize("name", DRIVERS)
def test_every_driver_declares_what_a_preflight_and_a_reader_need(name):
    driver = DRIVERS[name]
    assert driver.roles
    assert driver.examples
    assert driver.segments <= KINDS
    assert all(hasattr(segments, kind) for kind in driver.segments)
    on_the_cell = set(driver.roles) & set(ON_THE_CELL)
    assert bool(driver.segments) == bool(on_the_cell)
    if Role.IMPEDANCE_ANALYSER in driver.roles:
        assert "ImpedanceSweep" in driver.segments
    if "ImpedanceSweep" in driver.segments:
        lowest_hz, highest_hz = driver.frequency_hz
        assert 0 < lowest_hz < highest_hz
    if Role.POTENTIOSTAT in driver.roles:
        assert driver.segments >= {"Rest", "Galvanostatic", "Potentiostatic"}
    if set(driver.roles) & set(GAUGES) or Role.OVEN in driver.roles:
        assert driver.segments == frozenset()


@pytest.mark.parametrize("name", DRIVERS)
def test_the_examples_of_every_driver_are_addresses_that_it_takes(name):
    driver = DRIVERS[name]
    words = [word.strip("()") for word in re.split(r",? or |, | ", driver.examples)]
    assert [word for word in words if driver.address.fullmatch(word)]
    assert driver.address.fullmatch("") is None


@pytest.mark.parametrize("name", DRIVERS)
def test_the_defaults_of_every_option_are_allowed_and_explained(name):
    driver = DRIVERS[name]
    required = {
        key: option.choices[0] if option.choices else option.kind(1)
        for key, option in driver.options.items()
        if option.required
    }
    given = {**checked_options(driver.options, required)}
    assert checked_options(driver.options, given) == given
    assert all(option.says for option in driver.options.values())
    secrets = {key for key in driver.options if "password" in key and not key.endswith("_env")}
    assert secrets == driver.secret


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"wire": 2}, "'wire' is not an option of it: did you mean 'wires'?"),
        ({"wires": 3}, "wires = 3 is not allowed: must be one of 2, 4"),
        ({"wires": True}, "wires = True is not allowed: must be a whole number"),
        ({"wires": 2, "nplc": 20}, "nplc = 20 is not allowed: must be from 0.01 to 10"),
        ({}, "the option 'wires' is missing: two or four"),
    ],
)
def test_an_option_is_refused_by_name_and_with_what_is_allowed(given, refusal):
    declared = {
        "wires": Option(kind=int, says="two or four", choices=(2, 4), required=True),
        "nplc": Option(kind=float, says="integration", default=1.0, lowest=0.01, highest=10.0),
    }
    with pytest.raises(ValueError, match=re.escape(refusal)):
        checked_options(declared, given)
    assert checked_options(declared, {"wires": 4}) == {"wires": 4, "nplc": 1.0}


def test_a_host_is_read_from_any_form_of_address():
    found = {
        name: host_of(DRIVERS[name].examples.split()[0].rstrip(","), DRIVERS[name].address)
        for name in ("methodscript", "keithley_2450")
    }
    assert found == {"methodscript": "127.0.0.1", "keithley_2450": "192.168.0.7"}
    assert is_this_machine("::1")
    assert not is_this_machine(None)
    assert port_of("/dev/ttyACM0", DRIVERS["methodscript"].address) is None
