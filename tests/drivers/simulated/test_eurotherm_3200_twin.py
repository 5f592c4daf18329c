"""The Eurotherm twin before clients that know nothing of ours, and at the edges of its bus."""

import itertools

import minimalmodbus
import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st
from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.simulated.eurotherm_3200.frames import FrameReader, checksum, sealed
from solidcell.drivers.simulated.eurotherm_3200.twin import Eurotherm3200Twin
from solidcell.drivers.simulated.oven import SimulatedOven
from support.served import served

pytestmark = [
    pytest.mark.proves("eurotherm_3200", client="pymodbus"),
    pytest.mark.proves("eurotherm_3200", client="minimalmodbus"),
]
ASK_PV = bytes.fromhex("010300010001d5ca")


@pytest.fixture
def clock():
    return JumpClock()


@pytest.fixture
def oven():
    return SimulatedOven()


@pytest.fixture
def twin(oven, clock):
    return Eurotherm3200Twin(oven, clock)


def ask(twin, text):
    return twin.receive(sealed(bytes.fromhex(text))).hex(" ")


def test_pymodbus_reads_writes_and_is_refused(twin, oven, clock):
    with served(twin, clock) as port:
        client = ModbusTcpClient("127.0.0.1", port=port, framer=FramerType.RTU, timeout=5)
        assert client.connect()
        try:
            assert client.read_holding_registers(1, count=1, device_id=1).registers == [250]
            words = client.read_input_registers(0x8002, count=2, device_id=1).registers
            number = client.convert_from_registers(words, client.DATATYPE.FLOAT32)
            assert number == pytest.approx(25.0)
            client.write_register(273, 0, device_id=1)
            client.write_registers(24, [601], device_id=1)
            assert client.read_holding_registers(2, count=1, device_id=1).registers == [601]
            assert client.read_holding_registers(999, count=1, device_id=1).exception_code == 2
            assert client.write_register(24, 5000, device_id=1).exception_code == 3
        finally:
            client.close()
    assert oven.is_on
    assert oven.setpoint_k == pytest.approx(333.25)


def test_minimalmodbus_takes_it_for_a_controller(twin, clock):
    with served(twin, clock) as port:
        line = serial.serial_for_url(f"socket://127.0.0.1:{port}", timeout=5)
        client = minimalmodbus.Instrument(line, 1)
        client.clear_buffers_before_each_transaction = False  # a socket has none
        try:
            assert client.read_register(1, 1) == 25.0
            assert client.read_float(0x8002) == pytest.approx(25.0)
            client.write_register(24, 61.5, 1)
            assert client.read_float(0x8004) == pytest.approx(61.5)
            client.write_float(0x8000 + 2 * 24, 62.25)  # kept with the decimals of the display
            assert client.read_register(24, 1) == pytest.approx(62.2, abs=0.06)
        finally:
            line.close()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("01 03 00 01 00 01", "01 03 02 00 fa 38 07"),
        ("01 04 00 01 00 01", "01 04 02 00 fa"),
        ("01 08 00 00 12 34", "01 08 00 00 12 34"),
        ("01 07 00 00 00 00", "01 87 01"),
        ("01 03 00 01 00 7e", "01 83 03"),
        ("01 03 80 03 00 02", "01 83 02"),
        ("01 10 00 18 00 01 02 01 2c", "01 10 00 18 00 01"),
        ("01 10 00 18 00 02 02 01 2c", "01 90 03"),
    ],
)
def test_it_answers_as_the_guide_says(twin, question, answer):
    assert ask(twin, question).startswith(answer)


@given(st.binary(min_size=1, max_size=40))
def test_a_sealed_frame_has_no_remainder(frame):
    assert checksum(sealed(frame)) == b"\0\0"


@given(st.lists(st.integers(0, 7), max_size=4))
def test_a_frame_may_come_in_any_pieces(cuts):
    twin = Eurotherm3200Twin(SimulatedOven(), JumpClock())
    edges = [0, *sorted(cuts), len(ASK_PV)]
    pieces = [ASK_PV[a:b] for a, b in itertools.pairwise(edges)]
    assert b"".join(twin.receive(piece) for piece in pieces) == bytes.fromhex("01030200fa3807")


@given(st.integers(0, 7), st.integers(1, 255))
def test_a_damaged_frame_gets_no_answer(at, change):
    damaged = bytearray(ASK_PV)
    damaged[at] ^= change
    if damaged[1] != 0x10:  # which would make it a longer one
        assert FrameReader().take(bytes(damaged), 1.0) == []


def test_after_half_a_frame_and_a_pause_the_next_one_is_understood(twin, clock):
    assert twin.receive(ASK_PV[:5]) == b""
    clock.sleep_until(1.0)
    assert twin.receive(ASK_PV) != b""


def test_another_slave_s_frames_are_not_its_business_and_a_broadcast_has_no_answer(twin, clock):
    assert ask(twin, "02 03 00 01 00 01") == ""
    assert ask(twin, "00 06 00 18 01 f4") == ""
    assert ask(twin, "01 03 00 18 00 01").startswith("01 03 02 01 f4")


def test_a_broken_sensor_reads_beyond_its_range_and_stops_the_heat(twin, oven, clock):
    ask(twin, "01 06 01 11 00 00")
    ask(twin, "01 06 00 18 03 20")
    clock.sleep_until(60.0)
    oven.sensor_broken = True
    assert int(ask(twin, "01 03 00 4b 00 01")[9:14].replace(" ", ""), 16) & (1 << 5 | 1 << 10)
    assert not oven.is_on
    oven.sensor_broken = False
    twin.poll()
    assert oven.is_on


def test_a_remote_setpoint_that_is_not_refreshed_falls_back(twin, oven, clock):
    for frame in ("01 06 01 11 00 00", "01 06 01 14 00 01", "01 06 00 1a 02 58"):
        ask(twin, frame)
    assert oven.setpoint_k == pytest.approx(333.15)
    clock.sleep_until(6.0)
    twin.poll()
    assert oven.setpoint_k == pytest.approx(298.15)
    assert 24 not in twin.lasting_writes


def test_manual_mode_takes_over_what_the_loop_gave(twin, oven, clock):
    ask(twin, "01 06 01 11 00 00")
    ask(twin, "01 06 00 18 03 20")
    clock.sleep_until(7200.0)
    before = ask(twin, "01 03 00 04 00 01")
    ask(twin, "01 06 01 11 00 01")
    assert ask(twin, "01 03 00 04 00 01") == before
