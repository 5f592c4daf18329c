"""The Eurotherm driver, frame by frame, and what it does to a controller that behaves like one."""

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    WrongInstrumentError,
)
from solidcell.drivers.eurotherm_3200 import Eurotherm3200, open_eurotherm_3200
from solidcell.drivers.modbus import ModbusRegisters
from solidcell.drivers.simulated.eurotherm_3200 import controller
from solidcell.drivers.simulated.eurotherm_3200.frames import sealed
from solidcell.drivers.simulated.eurotherm_3200.twin import Eurotherm3200Twin
from solidcell.drivers.simulated.oven import SimulatedOven
from solidcell.drivers.simulated.serve import InProcessLink
from support.played_link import PlayedLink, frames, played

pytestmark = pytest.mark.proves(
    "eurotherm_3200", transcript="MODBUS over serial line V1.02; HA028651 section 15.5"
)


class Bench:
    """A driver before a twin in an oven, on a clock that leaps."""

    def __init__(self, *, version=0x0231, decimals=1, **options):
        self.clock = JumpClock()
        self.oven = SimulatedOven()
        self.twin = Eurotherm3200Twin(self.oven, self.clock, version=version, decimals=decimals)
        self.link = InProcessLink(self.twin, self.clock)
        self.driver = Eurotherm3200(self.link, clock=self.clock, **options)

    def set_behind_its_back(self, register, value):
        ModbusRegisters(self.link, 1).write_word(register, value)

    def later(self, seconds):
        self.clock.sleep_until(self.clock.now_s() + seconds)


@pytest.fixture
def bench():
    bench = Bench()
    bench.driver.connect()
    return bench


def test_a_process_value_is_asked_for_as_the_guide_frames_it():
    with played(*frames("01 03 00 01 00 01 D5 CA -> 01 03 02 00 FD 79 C5")) as link:
        assert ModbusRegisters(link, 1).words(1, 1) == [253]


def test_a_number_of_two_words_has_its_high_word_first():
    with played(*frames("01 03 80 02 00 02 4C 0B -> 01 03 04 41 CA 66 66 65 BB")) as link:
        assert ModbusRegisters(link, 1).numbers(0x8002, 1) == [pytest.approx(25.3)]


def test_one_word_is_written_with_function_six_and_echoed():
    with played(*frames("01 06 00 02 01 2C 28 47 -> 01 06 00 02 01 2C 28 47")) as link:
        ModbusRegisters(link, 1).write_word(2, 300)


def test_a_refusal_names_the_register_and_leaves_the_line_believed():
    refused = sealed(bytes([1, 0x83, 2]))
    answered = bytes.fromhex("01 03 02 00 FD 79 C5")
    question = bytes.fromhex("01 03 00 01 00 01 D5 CA")
    with played((question, refused), (question, answered)) as link:
        registers = ModbusRegisters(link, 1)
        with pytest.raises(InstrumentFaultError, match="slave 1, read 1 words from register 1"):
            registers.words(1, 1)
        assert registers.words(1, 1) == [253]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("", LinkLostError),
        ("01 03 02 00 FE 79 C5", BadReplyError),  # a bit that fell over on the way
        ("02 03 02 00 FD 3D C5", BadReplyError),  # another slave's
        ("01 03 04 41 CA 66 66 65 BB", BadReplyError),  # the answer to a longer question
    ],
)
def test_an_answer_that_is_none_is_no_value(answer, error):
    with (
        played(*frames(f"01 03 00 01 00 01 D5 CA -> {answer}")) as link,
        pytest.raises(error, match="slave 1"),
    ):
        ModbusRegisters(link, 1).words(1, 1)


def test_what_came_before_the_question_cannot_be_its_answer():
    link = PlayedLink([])
    link._unread = bytes.fromhex("01 03 02 00 FD 79 C5")
    with pytest.raises(LinkLostError, match="came before anything was asked"):
        ModbusRegisters(link, 1).words(1, 1)


def test_nothing_is_asked_of_a_controller_before_it_was_met():
    bench = Bench()
    bench.link.write = pytest.fail
    with pytest.raises(DriverError, match="not connected"):
        bench.driver.read()


def test_a_setpoint_is_written_once_however_often_it_is_asked_for(bench):
    for _ in range(10):
        bench.driver.set_temperature(333.15)
    assert bench.twin.lasting_writes == {24: 1, 273: 1}


def test_a_whole_series_with_ramps_writes_lasting_memory_once_a_step():
    bench = Bench(ramp_k_per_min=2.0)
    bench.driver.connect()
    for celsius in (30, 40, 50, 60, 70):
        bench.driver.set_temperature(celsius + 273.15)
        for _ in range(5):
            bench.later(200)
            bench.driver.read()
    assert bench.twin.lasting_writes == {24: 5, 35: 1, 273: 1}


def test_the_working_setpoint_climbs_at_the_ramp(bench):
    ramping = Bench(ramp_k_per_min=6.0)
    ramping.driver.connect()
    ramping.driver.set_temperature(358.15)
    ramping.later(300)
    assert ramping.driver.read().setpoint_k == pytest.approx(298.15 + 30.0, abs=0.1)


@pytest.mark.parametrize(("unit", "minutes"), [(0, 1), (1, 1 / 60), (2, 60)])
def test_a_ramp_is_the_same_whatever_unit_of_time_the_controller_has(unit, minutes):
    bench = Bench(ramp_k_per_min=3.0)
    bench.driver.connect()
    bench.set_behind_its_back(531, unit)
    bench.driver.set_temperature(358.15)
    bench.later(600)
    assert bench.driver.read().setpoint_k == pytest.approx(298.15 + 30.0, abs=0.2)


def test_a_controller_in_fahrenheit_is_told_fahrenheit():
    bench = Bench(unit="degF")
    bench.driver.connect()
    assert bench.driver.range_k[1] == pytest.approx(273.15 + (400 - 32) * 5 / 9, abs=1e-4)


def test_a_ramp_in_kelvin_is_told_a_controller_in_fahrenheit_in_its_degrees():
    bench = Bench(unit="degF", ramp_k_per_min=9.0)
    bench.driver.connect()
    bench.driver.set_temperature(300.0)
    assert ModbusRegisters(bench.link, 1).words(35, 1) == [162]


def test_a_broken_sensor_is_known_by_the_status_alone(bench, monkeypatch):
    monkeypatch.setitem(controller._COMPUTED, 1, lambda *_: 25.0)
    monkeypatch.setitem(controller._COMPUTED, 75, lambda *_: 1 << 5)
    with pytest.raises(InstrumentFaultError, match="sensor is broken"):
        bench.driver.read()


@pytest.mark.parametrize("reads", [1500.0, -300.0, float("nan")])
def test_a_broken_sensor_is_known_by_what_it_reads_alone(bench, monkeypatch, reads):
    monkeypatch.setitem(controller._COMPUTED, 1, lambda *_: reads)
    monkeypatch.setitem(controller._COMPUTED, 75, lambda *_: 0)
    with pytest.raises(InstrumentFaultError, match=r"outside the sensor's range -200 to 1372"):
        bench.driver.read()


def test_a_controller_without_decimals_may_round_a_setpoint_by_half_a_degree():
    bench = Bench(decimals=0)
    bench.driver.connect()
    bench.driver.set_temperature(333.45)
    assert bench.driver.read().setpoint_k == pytest.approx(333.15)


def test_a_setpoint_that_another_hand_changed_is_noticed_when_it_is_read_back(bench, monkeypatch):
    write = ModbusRegisters.write_number
    monkeypatch.setattr(
        ModbusRegisters, "write_number", lambda self, register, _: write(self, register, 40.0)
    )
    with pytest.raises(InstrumentFaultError, match=r"setpoint 60.* was asked for, and 40"):
        bench.driver.set_temperature(333.15)


def test_a_program_that_runs_in_the_controller_is_not_fought(bench):
    bench.set_behind_its_back(23, 1)
    with pytest.raises(InstrumentFaultError, match="reset it at its front panel"):
        bench.driver.set_temperature(333.15)


def test_a_remote_setpoint_is_switched_off_because_it_would_fall_back(bench):
    bench.set_behind_its_back(276, 1)
    bench.driver.set_temperature(333.15)
    assert ModbusRegisters(bench.link, 1).words(276, 1) == [0]
    bench.later(3600)
    assert bench.driver.read().temperature_k == pytest.approx(333.15, abs=0.1)


@pytest.mark.parametrize("setpoint_k", [100.0, 700.0, float("nan")])
def test_a_setpoint_beyond_the_limits_of_the_controller_is_refused(bench, setpoint_k):
    with pytest.raises(OutOfRangeError, match=r"limits \[\d+\.15, 673\.15\] K"):
        bench.driver.set_temperature(setpoint_k)


def test_a_fixed_output_in_manual_mode_is_heat(bench):
    bench.set_behind_its_back(3, 250)
    assert bench.driver.connect() is OutputState.ON
    assert bench.driver.read().heating


def test_another_firmware_is_another_controller(bench):
    other = Eurotherm3200Twin(SimulatedOven(), bench.clock, version=0x0220)
    bench.link._twin = other
    with pytest.raises(WrongInstrumentError, match=r"firmware 2\.20 answers at slave address 1"):
        bench.driver.connect()
    with pytest.raises(LinkLostError, match="connect again"):
        bench.driver.set_temperature(333.15)


def test_another_controller_is_not_switched_off_in_place_of_ours(bench):
    oven = SimulatedOven()
    oven.switch(0.0, True)
    bench.driver.close()
    bench.link._twin = Eurotherm3200Twin(oven, bench.clock, version=0x0220)
    with pytest.raises(WrongInstrumentError, match="firmware"):
        bench.driver.make_safe()


def test_two_answers_to_who_is_there_are_none(bench, monkeypatch):
    versions = iter([0x0231, 0x0232, 0x0231, 0x0232])
    words = ModbusRegisters.words
    monkeypatch.setattr(
        ModbusRegisters,
        "words",
        lambda self, register, count: (
            [next(versions)] if register == 107 else words(self, register, count)
        ),
    )
    with pytest.raises(BadReplyError, match="two answers to who is there"):
        Eurotherm3200(bench.link, clock=bench.clock).connect()


def test_the_first_question_has_an_answer_of_a_length_of_its_own():
    bench = Bench()
    sent = []
    write = bench.link.write
    bench.link.write = lambda data: (sent.append(data), write(data))
    bench.driver.connect()
    asked = [int.from_bytes(frame[4:6], "big") for frame in sent]
    assert asked[0] == 5
    assert 5 not in asked[1:]


def test_after_a_silence_nothing_is_believed_until_it_was_met_again(bench):
    read = bench.link.read
    bench.link.read = lambda _: b""
    with pytest.raises(LinkLostError, match="no answer"):
        bench.driver.read()
    bench.link.read = read
    with pytest.raises(LinkLostError, match="connect again"):
        bench.driver.read()
    bench.driver.connect()
    assert bench.driver.read().temperature_k == pytest.approx(298.15)


def test_integers_that_contradict_the_numbers_are_not_believed(monkeypatch):
    monkeypatch.setattr(ModbusRegisters, "words", lambda *_: [1234, 5, 6, 7, 8])
    with pytest.raises(BadReplyError, match="no number of decimals"):
        Bench().driver.connect()


@pytest.mark.parametrize(
    ("options", "word"), [({"slave": 0}, "slave"), ({"ramp_k_per_min": -1.0}, "ramp")]
)
def test_options_out_of_range_are_refused(options, word):
    with pytest.raises(OutOfRangeError, match=word):
        Bench(**options)


def test_a_port_that_is_not_there_says_so():
    with pytest.raises(LinkLostError, match="cannot open"):
        open_eurotherm_3200("socket://127.0.0.1:1", clock=JumpClock())
