"""The Julabo driver, line by line, and what it makes of baths of several families."""

import pytest
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    BadReplyError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.julabo import Julabo
from solidcell.drivers.julabo_models import family_of, parse_status
from solidcell.drivers.simulated.julabo_twin import VERSIONS, JulaboTwin
from solidcell.drivers.simulated.oven import SimulatedOven
from solidcell.drivers.simulated.serve import InProcessLink
from support.played_link import played

pytestmark = pytest.mark.proves("julabo", transcript="JULABO HL/SL operating manual, chapter 12")
HL = b"JULABO HIGHTECH FL HL/SL VERSION 4.0\r\n"
GREETING = (
    (b"VERSION\r", HL),
    (b"IN_SP_04\r", b"-40.00\r\n"),
    (b"IN_SP_04\r", b"-40.00\r\n"),
    (b"IN_SP_03\r", b"250.00\r\n"),
    (b"IN_SP_03\r", b"250.00\r\n"),
    (b"IN_MODE_05\r", b"0\r\n"),
    (b"IN_MODE_05\r", b"0\r\n"),
    (b"STATUS\r", b"02 REMOTE STOP\r\n"),
    (b"VERSION\r", HL),
)


def greeted(link):
    driver = Julabo(link, clock=JumpClock())
    driver.connect()
    return driver


def bench(model="HL", **options):
    clock, oven = JumpClock(), SimulatedOven()
    twin = JulaboTwin(oven, clock, model=model, **options.pop("twin", {}))
    return Julabo(InProcessLink(twin, clock), clock=clock, **options), twin, oven, clock


def test_a_setpoint_is_set_understood_read_back_and_only_then_the_bath_started():
    with played(
        *GREETING,
        (b"STATUS\r", b"02 REMOTE STOP\r\n"),
        (b"IN_MODE_01\r", b"0\r\n"),
        (b"IN_SP_00\r", b"25.00\r\n"),
        (b"IN_SP_00\r", b"25.00\r\n"),
        (b"OUT_SP_00 55.50\r", b""),
        (b"STATUS\r", b"02 REMOTE STOP\r\n"),
        (b"IN_SP_00\r", b"55.50\r\n"),
        (b"IN_SP_00\r", b"55.50\r\n"),
        (b"IN_MODE_05\r", b"0\r\n"),
        (b"IN_MODE_05\r", b"0\r\n"),
        (b"OUT_MODE_05 1\r", b""),
        (b"STATUS\r", b"03 REMOTE START\r\n"),
        (b"IN_MODE_05\r", b"1\r\n"),
        (b"IN_MODE_05\r", b"1\r\n"),
    ) as link:
        greeted(link).set_temperature(328.65)


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("chatter", [b"", b"\x11", b"\x13\x11"])
def test_lines_may_end_in_three_ways_and_have_flow_control_in_them(end, chatter):
    driver, *_ = bench(twin={"line_end": end, "chatter": chatter})
    driver.connect()
    assert driver.read().temperature_k == pytest.approx(298.15, abs=0.01)


def test_between_commands_the_bath_gets_the_time_that_it_wants():
    driver, _, oven, clock = bench()
    driver.connect()
    driver.set_temperature(333.15)
    assert oven.is_on
    assert oven.setpoint_k == pytest.approx(333.15)
    assert clock.now_s() > 2 * 0.25


def test_a_bath_that_is_operated_at_its_panel_says_what_to_do():
    driver, _, oven, _ = bench(twin={"is_remote": False})
    driver.connect()
    with pytest.raises(InstrumentFaultError, match="choose remote control at its panel"):
        driver.set_temperature(333.15)
    assert not oven.is_on
    oven.switch(0.0, True)
    with pytest.raises(InstrumentFaultError, match="runs on after it was stopped"):
        driver.make_safe()


@pytest.mark.parametrize("model", ["HL", "MAGIO", "FP50-MH"])
def test_the_limits_stand_where_the_family_has_them(model):
    driver, twin, *_ = bench(model)
    driver.connect()
    limits = [twin._low + 273.15, twin._high + 273.15]
    assert list(driver.range_k) == pytest.approx(limits)


def test_a_family_that_tells_no_limits_must_have_them_declared():
    driver, *_ = bench("CF31")
    with pytest.raises(OutOfRangeError, match="family CF tells no limits; declare setpoint_low"):
        driver.connect()
    driver, *_ = bench("CF31", setpoint_low=-20.0, setpoint_high=80.0)
    driver.connect()
    driver.set_temperature(333.15)
    assert driver.range_k == (pytest.approx(253.15), pytest.approx(353.15))


@pytest.mark.parametrize(
    ("version", "named", "family"),
    [
        *((text, "auto", name[:2]) for name, text in VERSIONS.items() if name in ("HL", "CF31")),
        (VERSIONS["FP50-MH"], "auto", "MH"),
        ("JULABO FL601 VERSION 1.2", "auto", "FL"),
        ("V 3.14", "HL", "HL"),
    ],
)
def test_a_bath_is_known_by_its_version_or_by_what_it_is_named(version, named, family):
    assert family_of(version, named).name == family


@pytest.mark.parametrize("version", ["LAUDA RP845 V1", "JULABO UNHEARD OF VERSION 9.9"])
def test_a_bath_whose_commands_are_not_known_is_not_guessed_at(version):
    with pytest.raises(WrongInstrumentError, match=r"answers|not known"):
        family_of(version, "auto")


def test_two_answers_that_differ_are_no_number_and_nothing_is_believed_after_them():
    with played(
        *GREETING,
        (b"STATUS\r", b"02 REMOTE STOP\r\n"),
        (b"IN_PV_00\r", b"61.20\r\n"),
        (b"IN_PV_00\r", b"6.20\r\n"),
    ) as link:
        driver = greeted(link)
        with pytest.raises(BadReplyError, match=r"answered 61\.2 and then 6\.2"):
            driver.read()
        with pytest.raises(LinkLostError, match="connect again"):
            driver.read()


def test_a_bath_that_cools_between_two_answers_is_believed():
    driver, _, _, clock = bench()
    driver.connect()
    driver.set_temperature(248.15)
    ask = driver._ask

    def asked_on_a_slow_line(command):
        clock.sleep_until(clock.now_s() + 6.0)
        return ask(command)

    driver._ask = asked_on_a_slow_line
    first, second = driver.read().temperature_k, driver.read().temperature_k
    assert second < first - 1.0


def test_an_answer_that_came_late_is_not_taken_for_the_next_one():
    with played(*GREETING) as link:
        driver = greeted(link)
        link._unread = b"25.00\r\n"
        with pytest.raises(LinkLostError, match="came before STATUS was asked"):
            driver.read()


@pytest.mark.parametrize(
    ("status", "is_alarm"),
    [
        ("03 REMOTE START", False),
        ("-01 LOW LEVEL ALARM", True),
        ("-11 VALUE TOO LARGE", False),
        ("-03 EXCESS TEMPERATURE WARNING", False),
        ("-05 WORKING SENSOR ALARM", True),
    ],
)
def test_an_alarm_of_the_bath_is_told_from_an_error_of_a_command(status, is_alarm):
    assert parse_status(status).is_alarm is is_alarm


def test_an_external_sensor_that_is_not_there_is_no_temperature():
    driver, *_ = bench(sensor="external")
    driver.connect()
    with pytest.raises(InstrumentFaultError, match="sensor is not connected"):
        driver.read()


def test_a_setpoint_that_did_not_arrive_is_noticed(monkeypatch):
    driver, *_ = bench()
    driver.connect()
    monkeypatch.setattr(JulaboTwin, "_set_setpoint", lambda *_: "")
    with pytest.raises(InstrumentFaultError, match=r"60\.00 was asked for and 25\.00 is in force"):
        driver.set_temperature(333.15)


def test_a_bath_whose_second_setpoint_was_chosen_goes_back_to_the_first():
    driver, twin, oven, clock = bench()
    driver.connect()
    twin.receive(b"OUT_MODE_01 1\r")
    clock.sleep_until(clock.now_s() + 1)
    driver.set_temperature(333.15)
    assert oven.setpoint_k == pytest.approx(333.15)


def test_another_bath_is_noticed_when_it_is_met_again():
    driver, _, oven, clock = bench()
    driver.connect()
    driver._link._twin = JulaboTwin(oven, clock, model="MAGIO")
    with pytest.raises(WrongInstrumentError, match="MAGIO"):
        driver.connect()
