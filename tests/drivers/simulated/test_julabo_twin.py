"""The Julabo twin before the julabo package, and what it does not heed."""

import pytest
from julabo import JulaboHL, connection_for_url
from solidcell.drivers.clock import JumpClock, SystemClock
from solidcell.drivers.simulated.julabo_twin import JulaboTwin
from solidcell.drivers.simulated.oven import SimulatedOven
from support.served import served

pytestmark = pytest.mark.proves("julabo", client="julabo")


@pytest.fixture
def clock():
    return JumpClock()


@pytest.fixture
def oven():
    return SimulatedOven()


@pytest.fixture
def twin(oven, clock):
    return JulaboTwin(oven, clock)


def test_the_julabo_package_takes_it_for_a_circulator(oven):
    clock = SystemClock(speed=100.0)
    with served(JulaboTwin(oven, clock), clock) as port:
        line = connection_for_url(f"tcp://127.0.0.1:{port}", concurrency="syncio")
        line.open()
        bath = JulaboHL(line)
        bath.protocol.COMMAND_LATENCY /= 100  # its clock is the machine's, the twin's is faster
        try:
            assert bath.identification() == "JULABO HIGHTECH FL HL/SL VERSION 4.0"
            assert bath.bath_temperature() == pytest.approx(25.0, abs=0.01)
            bath.set_point_1(60.0)
            assert bath.set_point_1() == 60.0
            bath.start()
            assert bath.is_started()
            assert bath.status() == "03 REMOTE START"
            bath.stop()
            assert not bath.is_started()
        finally:
            line.close()


def test_what_sets_something_has_no_answer(twin):
    assert twin.receive(b"OUT_SP_00 60.0\r") == b""


def test_for_a_moment_after_a_command_it_is_deaf(twin, clock):
    twin.receive(b"OUT_SP_00 60.0\r")
    assert twin.receive(b"IN_SP_00\r") == b""
    clock.sleep_until(0.25)
    assert twin.receive(b"IN_SP_00\r") == b"60.00\r\n"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (b"OUT_SP_00 999\r", b"-11 VALUE TOO LARGE\r\n"),
        (b"OUT_SP_00 -99\r", b"-10 VALUE TOO SMALL\r\n"),
        (b"OUT_SP_00 280\r", b"-13 VALUE EXCEEDS TEMPERATURE LIMITS\r\n"),
        (b"OUT_NONSENSE 1\r", b"-08 INVALID COMMAND\r\n"),
        (b"OUT_MODE_05 2\r", b"-11 VALUE TOO LARGE\r\n"),
    ],
)
def test_what_it_does_not_take_shows_in_its_status(twin, clock, command, status):
    twin.receive(command)
    clock.sleep_until(0.25)
    assert twin.receive(b"STATUS\r") == status
    assert twin.receive(b"IN_SP_00\r") == b"25.00\r\n"


def test_operated_at_its_panel_it_heeds_nothing(oven, clock):
    twin = JulaboTwin(oven, clock, is_remote=False)
    twin.receive(b"OUT_MODE_05 1\r")
    clock.sleep_until(0.25)
    assert not oven.is_on
    assert twin.receive(b"STATUS\r").startswith(b"-09 COMMAND NOT ALLOWED")


def test_a_broken_sensor_stops_it_and_shows(twin, oven, clock):
    twin.receive(b"OUT_MODE_05 1\r")
    clock.sleep_until(1.0)
    oven.sensor_broken = True
    assert twin.receive(b"STATUS\rIN_PV_00\r") == b"-05 WORKING SENSOR ALARM\r\n---.--\r\n"
    assert not oven.is_on
