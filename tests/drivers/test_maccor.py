"""A Maccor channel: on its twin, on pymacnet's emulator, and pymacnet's client on the twin."""

import itertools
import json
import math
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pymacnet import ChannelInterface
from pymacnet.maccorspoofer import MaccorSpoofer
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock, SystemClock
from solidcell.drivers.errors import (
    BadReplyError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    UnsupportedError,
    WrongInstrumentError,
)
from solidcell.drivers.maccor import MaccorChannel, open_maccor
from solidcell.drivers.maccor_models import ChannelRange
from solidcell.drivers.macnet import END, READ_STATUS, MacNetClient
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import Galvanostatic, Potentiostatic, Rest, SegmentEnd
from solidcell.drivers.serial_link import SerialLink
from solidcell.drivers.simulated.maccor import MaccorSystem
from solidcell.drivers.simulated.places import ManyHostsPlace
from solidcell.drivers.simulated.serve import InProcessLink, serve_places
from support.methodscript_bench import DebyeCell
from support.neware_bench import carried_out

pytestmark = pytest.mark.proves(
    "maccor",
    transcript="messages that pymacnet exchanges with real systems",
    client="pymacnet",
    emulator="pymacnet's spoofer",
)
RANGE = ChannelRange(voltage_min_v=-5.0, voltage_max_v=5.0, ranges_a=(150e-6, 5e-3, 150e-3, 5.0))
CURRENT = Galvanostatic(current_a=1e-3, duration_s=20.0, voltage_min_v=-1.0, voltage_max_v=1.0)
OPTIONS = {
    "voltage_min_v": 0.0,
    "voltage_max_v": 5.0,
    "range_1_ma": 0.15,
    "range_2_ma": 5.0,
    "range_3_ma": 150.0,
    "range_4_ma": 5000.0,
}


class Bench:
    def __init__(self, clock=None):
        self.clock = clock or JumpClock()
        self.cell = DebyeCell(r1_ohm=100.0, c1_f=0.05)
        rig = SimpleNamespace(clock=self.clock, front_end=lambda *, cell: self.cell)
        self.system = MaccorSystem(rig)
        self.link = InProcessLink(self.system.session(), self.clock)

    def source(self, number=1):
        return MaccorChannel(self.link, number, RANGE, clock=self.clock)

    def device(self):
        return HostSequencer(self.source(), self.clock)


@pytest.fixture
def bench():
    return Bench()


def pymacnet_config(port):
    return {
        "server_ip": "127.0.0.1",
        "json_msg_port": port,
        "bin_msg_port": port,
        "msg_buffer_size_bytes": 4096,
        "channel": 1,
        "test_name": "",
        "test_procedure": "none",
        "c_rate_ah": 1,
        "v_max_safety_limit_v": 1.0,
        "v_min_safety_limit_v": -1.0,
        "i_max_safety_limit_a": 0.1,
        "i_min_safety_limit_a": 0.1,
        "power_safety_limit_chg_w": 1.0,
        "power_safety_limit_dsg_w": 1.0,
        "v_max_v": 0.9,
        "v_min_v": -0.9,
        "data_record_time_s": 1,
        "data_record_voltage_delta_vbys": 0,
        "data_record_current_delta_abys": 0,
    }


def hang_up(client):
    for name in ("json", "bin"):
        getattr(client, f"_CyclerInterface__{name}_msg_socket").close()


@contextmanager
def served_to_many(system, clock) -> Iterator[int]:
    """Yield the port at which any number of hosts may speak to the system."""
    place, stop = ManyHostsPlace(system, clock, "127.0.0.1", 0), threading.Event()
    thread = threading.Thread(target=serve_places, args=([place], stop))
    thread.start()
    try:
        yield place.at
    finally:
        stop.set()
        thread.join(10.0)


def test_pymacnet_drives_the_twin_as_it_drives_a_real_system(bench):
    with served_to_many(bench.system, bench.clock) as port:
        client = ChannelInterface(pymacnet_config(port))
        try:
            assert client.get_num_channels() == 16
            assert client.read_channel_status()["Stat"] == 0
            assert not client.set_direct_mode_output(1e-3, 0.9)  # nothing runs yet
            assert client.start_test_with_direct_control()
            bench.clock.sleep_until(1.0)
            assert client.set_direct_mode_output(1e-3, 0.9)
            assert not client.set_direct_mode_output(2e-3, 0.9)  # within 100 ms
            bench.clock.sleep_until(61.0)
            status = client.read_channel_status()
            assert (status["Stat"], status["Chan"]) == (2, 1)
            assert status["Current"] == pytest.approx(1e-3)
            assert status["Voltage"] == pytest.approx(0.15, rel=1e-4)
            assert status["TestTime"] == pytest.approx(61.0, abs=0.2)
            assert not client.start_test_with_procedure()
            assert client.reset_channel()
            assert bench.cell.output == "open"
        finally:
            hang_up(client)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
def test_the_driver_drives_pymacnets_emulator():
    ports = {"json_port": free_port(), "tcp_port": free_port()}
    spoofer = MaccorSpoofer({"server_ip": "127.0.0.1", "num_channels": 4, **ports})
    spoofer.start()
    try:
        source = emulated(ports["json_port"])
        assert source.connect() is OutputState.OFF
        assert source.identity.serial == "Win10"
        assert source.identity.firmware == "3.2.18"
        assert source.read().voltage_v == pytest.approx(3.85)
        spoofer.update_channel_status(1, {"Stat": 2, "Current": 1e-3, "Voltage": 4.1})
        assert emulated(ports["json_port"]).connect() is OutputState.ON
        spoofer.update_channel_status(1, {"Stat": 0})
        source.make_safe()
        source.close()
    finally:
        spoofer.stop()


def emulated(port: int) -> MaccorChannel:
    """Channel 2 of the emulator, which gives every reply the same number."""
    link = SerialLink(f"socket://127.0.0.1:{port}")
    return MaccorChannel(link, 2, RANGE, clock=SystemClock(), numbers=itertools.repeat(1987))


def test_a_current_runs_for_its_time_and_leaves_the_cell_open(bench):
    device = bench.device()
    device.connect()
    for sign in (1, -1):
        segment = replace(CURRENT, current_a=sign * 1e-3)
        rows, end = carried_out(device, segment)
        assert end is SegmentEnd.COMPLETED
        assert [row.time_s for row in rows] == pytest.approx(list(range(21)), abs=0.01)
        assert {round(row.current_a, 6) for row in rows} == {sign * 1e-3}
        assert bench.cell.output == "open"


def test_a_rest_is_an_open_cell_whose_voltage_is_read(bench):
    device = bench.device()
    device.connect()
    carried_out(device, CURRENT)
    rows, _ = carried_out(device, Rest(duration_s=10.0))
    assert rows[0].voltage_v == pytest.approx(0.1 * (1 - math.exp(-4)), rel=0.1)
    assert [row.voltage_v for row in rows] == sorted((r.voltage_v for r in rows), reverse=True)
    assert {row.current_a for row in rows} == {0.0}


@pytest.mark.parametrize("sign", [1, -1])
def test_a_current_ends_at_the_voltage_of_its_segment(bench, sign):
    device = bench.device()
    device.connect()
    window = {"voltage_min_v": -0.12, "voltage_max_v": 0.12}
    rows, end = carried_out(device, replace(CURRENT, current_a=sign * 1e-3, **window))
    assert end is SegmentEnd.VOLTAGE_LIMIT
    assert abs(rows[-1].voltage_v) == pytest.approx(0.12, abs=0.01)


def test_a_current_that_the_voltage_holds_back_is_flagged(bench):
    source = bench.source()
    source.connect()
    source.source_current(1e-3, voltage_limit_v=0.1)
    bench.clock.sleep_until(bench.clock.now_s() + 20.0)
    reading = source.read()
    assert reading.voltage_v == pytest.approx(0.1, abs=1e-6)
    assert reading.current_a < 0.7e-3
    assert Flag.COMPLIANCE in reading.flags


def test_the_system_ends_a_test_beyond_its_safety_limits_and_that_is_a_fault(bench):
    device = bench.device()
    device.connect()
    assert device.program_limits(0.11).values["over_voltage_protection_v"] >= 0.11
    bench.system.channels[0].voltage_max_v = 0.1
    running = device.perform(CURRENT)
    next(row for row in running if row is not None)
    bench.system.channels[0].voltage_max_v = 0.1  # as somebody at the system may
    with pytest.raises(InstrumentFaultError, match="no longer runs; the state is PROBLEM"):
        list(running)
    assert bench.cell.output == "open"


def test_a_test_that_somebody_else_started_meanwhile_is_a_fault(bench):
    source = bench.source()
    source.connect()
    source.source_current(1e-3, voltage_limit_v=1.0)
    bench.clock.sleep_until(10.0)
    source.read()
    channel = bench.system.channels[0]
    channel.reset(11.0)
    channel.start(11.0, 2e-3, 1.0, 2, "C")
    bench.clock.sleep_until(12.0)
    with pytest.raises(InstrumentFaultError, match="no longer runs"):
        source.read()


def test_a_test_whose_time_stands_still_is_a_fault(bench):
    class Frozen:
        def __getattr__(self, name):
            return getattr(bench.link, name)

        def read(self, timeout_s):
            return re.sub(rb'"TestTime": [0-9.]+', b'"TestTime": 1.0', bench.link.read(timeout_s))

    source = MaccorChannel(Frozen(), 1, RANGE, clock=bench.clock)
    source.connect()
    source.source_current(1e-3, voltage_limit_v=1.0)
    bench.clock.sleep_until(5.0)
    source.read()
    bench.clock.sleep_until(16.0)
    with pytest.raises(InstrumentFaultError, match="its time stands still at 1 s"):
        source.read()


class Lost:
    """Breaks when the answer to one function is due; what was asked has been heard."""

    def __init__(self, link, function) -> None:
        self._link, self._function, self._is_broken = link, function, False
        self.sent = []

    def write(self, data):
        params = json.loads(data)["params"]
        function = (params["FClass"], params["FNum"])
        self.sent.append(function)
        self._link.write(data)
        if function == self._function:
            self._is_broken, self._function = True, None

    def read(self, timeout_s):
        if self._is_broken:
            raise LinkLostError("the wire is broken")
        return self._link.read(timeout_s)

    def reopen(self):
        self._is_broken = False
        self._link.reopen()

    def close(self):
        self._link.close()


def test_a_start_whose_answer_is_lost_is_not_sent_again_and_the_cell_is_opened(bench):
    wire = Lost(bench.link, (6, 7))
    source = MaccorChannel(wire, 1, RANGE, clock=bench.clock)
    source.connect()
    with pytest.raises(LinkLostError):
        source.source_current(1e-3, voltage_limit_v=1.0)
    with pytest.raises(LinkLostError, match="connect again"):
        source.read()
    bench.clock.sleep_until(5.0)
    bench.system.advance()
    assert bench.system.channels[0].stat == 2
    source.make_safe()
    assert wire.sent.count((6, 7)) == 1
    assert bench.cell.output == "open"


def test_safety_limits_that_are_not_taken_over_are_a_fault(bench):
    class Deaf:
        def __getattr__(self, name):
            return getattr(bench.link, name)

        def read(self, timeout_s):
            return bench.link.read(timeout_s).replace(b'"VSafeMax": 1.0', b'"VSafeMax": 5.0')

    source = MaccorChannel(Deaf(), 1, RANGE, clock=bench.clock)
    source.connect()
    with pytest.raises(InstrumentFaultError, match="VSafeMax: asked for 1, channel 1 has 5"):
        source.protect_voltage(1.0)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ({"id": 2, "result": {"FClass": 4, "FNum": 7, "Chan": 0}}, "reply 2 came where 1"),
        ({"id": 1, "result": {"FClass": 4, "FNum": 7, "Chan": 1}}, "tells of"),
        ({"id": 1, "error": {"code": -32602}}, "no result"),
        ([1], "no result"),
    ],
)
def test_what_is_not_the_reply_to_the_question_is_none(reply, why):
    link = SimpleNamespace(
        write=lambda data: None, read=lambda timeout_s: json.dumps(reply).encode() + END
    )
    with pytest.raises(BadReplyError, match=why):
        MacNetClient(link).ask(READ_STATUS, 1)


def test_a_name_that_comes_twice_makes_a_reply_worthless():
    link = SimpleNamespace(
        write=lambda data: None, read=lambda timeout_s: b'{"id": 1, "id": 1}' + END
    )
    with pytest.raises(BadReplyError, match="something twice"):
        MacNetClient(link).ask(READ_STATUS, 1)


def test_what_it_cannot_do_is_refused(bench):
    source = bench.source()
    source.connect()
    with pytest.raises(OutOfRangeError, match="voltage limit"):
        source.check_current(1e-3, 5.1)
    with pytest.raises(OutOfRangeError, match="current"):
        source.check_current(math.nan, 1.0)
    assert bench.device().envelope.segments == {"Rest", "Galvanostatic"}
    hold = Potentiostatic(voltage_v=0.1, duration_s=4.0, current_max_a=0.1)
    with pytest.raises(UnsupportedError, match="no voltage in both directions"):
        bench.device().check(hold)


def test_a_channel_that_the_system_does_not_have_is_told(bench):
    with pytest.raises(WrongInstrumentError, match="channels 1 to 16, and no 17"):
        bench.source(17).connect()


@pytest.mark.parametrize("address", ["host/x", "/1", "host:57570"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(OutOfRangeError, match="not host:port/channel"):
        open_maccor(address, OPTIONS, JumpClock())
