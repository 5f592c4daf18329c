"""A Neware channel on its twin: started once, watched by its number, every row once."""

import dataclasses
import itertools
import re

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.errors import (
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    WrongInstrumentError,
)
from solidcell.drivers.segments import Galvanostatic, Potentiostatic, Rest, SegmentEnd
from solidcell.drivers.simulated.faults import Fault, FaultyLink, Kind
from solidcell.drivers.simulated.neware.channel import Delays
from solidcell.drivers.simulated.neware.job import read_job
from support.neware_bench import Bench, carried_out

CURRENT = Galvanostatic(current_a=1e-3, duration_s=20.0, voltage_min_v=-1.0, voltage_max_v=1.0)


class Wire:
    """Loses the answer to one request, or the request itself, and is broken then."""

    def __init__(self, link, command: str, *, arrives: bool) -> None:
        self._link, self._command, self._arrives = link, command and _tag(command), arrives
        self._is_broken = False
        self.is_gone = False
        self.sent: list[str] = []

    def write(self, data):
        if self._is_broken or self.is_gone:
            raise LinkLostError("the wire is broken")
        text = data.decode()
        self.sent.append(text)
        loses = bool(self._command) and self._command in text
        if not loses or self._arrives:
            self._link.write(data)
        if loses:
            self._is_broken, self._command = True, ""

    def read(self, timeout_s):
        if self._is_broken:
            raise LinkLostError("the wire is broken")
        return self._link.read(timeout_s)

    def reopen(self):
        if self.is_gone:
            raise LinkLostError("nobody answers there")
        self._is_broken = False
        self._link.reopen()

    def close(self):
        self._link.close()

    def times(self, command: str) -> int:
        return sum(_tag(command) in text for text in self.sent)


class Changing:
    """Changes the first thing of this kind that the server says."""

    def __init__(self, link, of: bytes, to: bytes) -> None:
        self._link, self._of, self._to = link, of, to
        self.reopened = 0

    def write(self, data):
        self._link.write(data)

    def read(self, timeout_s):
        data = self._link.read(timeout_s)
        changed = re.sub(self._of, self._to, data, count=1) if self._of else data
        if changed != data:
            self._of = b""
        return changed

    def reopen(self):
        self.reopened += 1
        self._link.reopen()

    def close(self):
        self._link.close()


def _tag(command: str) -> str:
    return f"<cmd>{command}</cmd>"


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def until_rows(running, count):
    """Let a segment go on until so many rows have come."""
    rows = [row for row in itertools.islice((r for r in running if r is not None), count)]
    assert len(rows) == count


def test_a_start_whose_answer_is_lost_is_looked_for_and_not_sent_again(bench):
    wire = Wire(bench.link(), "start", arrives=True)
    device = bench.device(wire)
    device.connect()
    rows, end = carried_out(device, CURRENT)
    assert end is SegmentEnd.COMPLETED
    assert len(rows) == 21
    assert wire.times("start") == 1


def test_a_start_that_never_arrived_is_not_sent_again_either(bench):
    wire = Wire(bench.link(), "start", arrives=False)
    device = bench.device(wire)
    device.connect()
    with pytest.raises(InstrumentFaultError, match="not started a second time"):
        carried_out(device, CURRENT)
    assert wire.times("start") == 1
    assert wire.times("stop") == 1  # in case it is heard after all
    assert bench.cells[0].output == "open"


def test_a_test_that_somebody_else_starts_before_ours_is_seen_is_not_taken_for_ours(bench):
    wire = Wire(bench.link(), "start", arrives=False)
    device = bench.device(wire)
    device.connect()
    running = device.perform(CURRENT)
    while not wire.times("start"):
        next(running)
    (job,) = bench.jobs.iterdir()
    assert bench.channel().start(bench.clock.now_s(), read_job(job.read_bytes()), "somebody")
    with pytest.raises(InstrumentFaultError, match="bar code 'somebody'"):
        list(running)


def test_nothing_is_started_once_the_channel_was_made_safe(bench):
    class Slow(Wire):
        """Nothing has arrived yet, the first time that it is looked for."""

        times_empty = 0

        def read(self, timeout_s):
            if self.times_empty:
                self.times_empty -= 1
                return b""
            return super().read(timeout_s)

    wire = Slow(bench.link(), "", arrives=True)
    device = bench.device(wire)
    device.connect()
    wire.times_empty = 1
    running = device.perform(CURRENT)
    assert next(running) is None  # it has asked for the voltage, and waits
    device.make_safe()
    assert [row for row in running if row is not None] == []
    assert wire.times("start") == 0
    assert bench.cells[0].output == "open"


def test_after_a_link_is_gone_for_good_nothing_is_sent_until_it_was_connected_again(bench):
    wire = Wire(bench.link(), "", arrives=True)
    device = bench.device(wire)
    device.connect()
    running = device.perform(CURRENT)
    until_rows(running, 3)
    wire.is_gone = True
    with pytest.raises(LinkLostError, match="called 6 times: nobody answers there"):
        list(running)
    wire.is_gone, sent = False, len(wire.sent)
    with pytest.raises(LinkLostError, match="connect again"):
        device.perform(CURRENT)
    assert len(wire.sent) == sent
    device.make_safe()
    device.connect()
    assert carried_out(device, CURRENT)[1] is SegmentEnd.COMPLETED


@pytest.mark.parametrize("line", [0, 7, 40, 41, 90, 171])
def test_no_row_is_lost_or_doubled_when_the_link_breaks(bench, line):
    wire = FaultyLink(bench.link(), bench.clock)
    device = bench.device(wire)
    device.connect()
    running = device.perform(CURRENT)
    seen = [next(row for row in running if row is not None)]
    wire.arm(Fault(Kind.DISCONNECT, line, 30))
    seen += [row for row in running if row is not None]
    assert wire.reopened
    told = [(row.tenths / 10, row.voltage_v, row.current_a) for row in bench.channel().rows]
    assert [row.time_s for row in seen] == pytest.approx([each[0] for each in told])
    assert [row.voltage_v for row in seen] == pytest.approx([each[1] for each in told])


@pytest.mark.parametrize(
    ("of", "to"),
    [
        (rb'chlid="1">ok', b'chlid="2">ok'),
        (rb'testtime="7000"', b'testtime="1000"'),
        (rb'curr="0.001"', b'curr="1.001"'),
        (rb'seqid="9"', b'seqid="8"'),
    ],
)
def test_what_cannot_be_is_asked_for_again_over_a_new_connection(bench, of, to):
    wire = Changing(bench.link(), of, to)
    device = bench.device(wire)
    device.connect()
    rows, _ = carried_out(device, CURRENT)
    assert wire.reopened == 1
    assert [row.time_s for row in rows] == pytest.approx(list(range(21)))
    assert {row.current_a for row in rows} == {1e-3}


def test_rows_that_piled_up_come_by_pages_in_their_order(bench):
    wire = Wire(bench.link(), "", arrives=True)
    device = bench.device(wire)
    device.connect()
    running = device.perform(Rest(duration_s=250.0, sample_period_s=0.1))
    seen = [next(row for row in running if row is not None)]
    bench.clock.sleep_until(bench.clock.now_s() + 300.0)
    before = wire.times("download")
    seen += [row for row in running if row is not None]
    assert [row.time_s for row in seen] == pytest.approx([n / 10 for n in range(2501)])
    assert wire.times("download") - before == 3


def test_a_test_that_somebody_else_starts_in_place_of_ours_is_an_error_and_is_ended(bench):
    device = bench.device()
    device.connect()
    running = device.perform(CURRENT)
    until_rows(running, 3)
    now_s, channel = bench.clock.now_s(), bench.channel()
    channel.stop(now_s)
    bench.clock.sleep_until(now_s + 1.0)
    job = read_job((bench.jobs / next(bench.jobs.iterdir()).name).read_bytes())
    assert channel.start(now_s + 1.0, job, "somebody")
    with pytest.raises(InstrumentFaultError, match="started by somebody else"):
        list(running)
    assert not channel.is_busy
    assert bench.cells[0].output == "open"


def test_a_test_that_somebody_paused_is_an_error_and_is_ended(bench):
    device = bench.device()
    device.connect()
    running = device.perform(CURRENT)
    until_rows(running, 3)
    bench.channel().pause(bench.clock.now_s())
    assert bench.device().connect() is OutputState.UNKNOWN
    with pytest.raises(InstrumentFaultError, match="paused by somebody else"):
        list(running)
    assert bench.channel().state == "stop"


def test_a_test_that_somebody_stopped_is_an_error_and_not_a_completed_segment(bench):
    device = bench.device()
    device.connect()
    running = device.perform(CURRENT)
    until_rows(running, 3)
    bench.channel().stop(bench.clock.now_s())
    with pytest.raises(InstrumentFaultError, match="ended in 'stop' after"):
        list(running)


def test_a_busy_channel_is_left_alone(bench):
    first, second = bench.device(), bench.device()
    first.connect()
    running = first.perform(CURRENT)
    until_rows(running, 2)
    assert second.connect() is OutputState.ON
    test = bench.channel().test
    with pytest.raises(InstrumentFaultError, match="somebody else's test"):
        list(second.perform(CURRENT))
    assert bench.channel().test == test


@pytest.mark.parametrize(
    ("segment", "end"),
    [
        (dataclasses.replace(CURRENT, voltage_max_v=0.12), SegmentEnd.VOLTAGE_LIMIT),
        (
            dataclasses.replace(CURRENT, current_a=-1e-3, voltage_min_v=-0.12),
            SegmentEnd.VOLTAGE_LIMIT,
        ),
        (
            Potentiostatic(voltage_v=0.4, duration_s=20.0, current_max_a=1e-3),
            SegmentEnd.CURRENT_LIMIT,
        ),
        (Potentiostatic(voltage_v=0.4, duration_s=20.0, current_max_a=1e-2), SegmentEnd.COMPLETED),
    ],
)
def test_a_segment_ends_at_its_own_limits_and_says_which(bench, segment, end):
    device = bench.device()
    device.connect()
    rows, ended = carried_out(device, segment)
    assert ended is end
    assert (rows[-1].time_s < segment.duration_s) is (end is not SegmentEnd.COMPLETED)
    assert bench.cells[0].output == "open"


def test_the_window_of_the_cell_stands_in_every_job_and_never_wider_than_a_segments(bench):
    device = bench.device()
    device.connect()
    held = device.program_limits(0.8)
    assert held.ends_segments
    running = device.perform(CURRENT)
    until_rows(running, 1)
    (job,) = (read_job(path.read_bytes()) for path in bench.jobs.iterdir())
    assert (job.limits.voltage_min_v, job.limits.voltage_max_v) == pytest.approx((-0.8, 0.8))
    assert job.limits.current_max_a == pytest.approx(1.05e-3 + 0.01 * 0.1)
    running.close()
    assert not list(bench.jobs.iterdir())  # taken away once its test is over


def test_a_refused_start_is_told_with_what_little_the_server_says(bench):
    device = bench.device()
    device.connect()
    device._jobs = dataclasses.replace(device._jobs, on_bts=r"X:\nowhere")
    with pytest.raises(InstrumentFaultError, match=r"refused to start X:\\nowhere"):
        carried_out(device, CURRENT)


def test_a_folder_that_cannot_be_written_to_is_told_before_anything_starts(bench):
    device = bench.device()
    device.connect()
    device._jobs = dataclasses.replace(device._jobs, here=bench.jobs / "gone")
    with pytest.raises(DriverError, match="cannot be put into"):
        carried_out(device, CURRENT)
    assert bench.channel().test == 0


def test_a_password_that_is_refused_is_in_no_message(bench):
    device = bench.device(password="wrong-secret")
    with pytest.raises(InstrumentFaultError) as told:
        device.connect()
    assert "secret" not in str(told.value)


def test_a_channel_that_the_server_does_not_have_is_told(bench):
    with pytest.raises(WrongInstrumentError, match="no channel 21-3-1; it has 21-1-1"):
        bench.device(key="21-3-1").connect()


@pytest.mark.parametrize("storage_s", [0.0, 3.0])
def test_a_server_that_is_slow_and_forgets_the_unit_loses_nothing(tmp_path, storage_s):
    slow = Delays(start_s=5.0, stop_s=4.0, storage_s=storage_s)
    bench = Bench(tmp_path, cells=9, forgets_unit=True, delays=slow)
    device = bench.device(key="21-2-1")
    device.connect()
    rows, end = carried_out(device, CURRENT)
    assert end is SegmentEnd.COMPLETED
    assert [row.time_s for row in rows] == pytest.approx(list(range(21)))
    running = device.perform(CURRENT)
    until_rows(running, 2)
    device.make_safe()
    assert bench.channel((21, 2, 1)).state == "stop"
    assert bench.cells[8].output == "open"


def test_several_hosts_run_their_channels_at_one_server(tmp_path):
    bench = Bench(tmp_path, cells=3)
    devices = [bench.device(key=f"21-1-{n}") for n in (1, 2, 3)]
    for device in devices:
        device.connect()
    runs = [
        device.perform(dataclasses.replace(CURRENT, current_a=n * 1e-3))
        for n, device in enumerate(devices, 1)
    ]
    seen = [[], [], []]
    for each in itertools.zip_longest(*runs):
        for rows, row in zip(seen, each, strict=True):
            rows += [row] if row is not None else []
    for n, rows in enumerate(seen, 1):
        assert [row.time_s for row in rows] == pytest.approx(list(range(21)))
        assert {round(row.current_a, 6) for row in rows} == {n * 1e-3}
