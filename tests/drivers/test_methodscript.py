"""Conversations after the examples of the PalmSens communication protocol and MethodSCRIPT."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

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
from solidcell.drivers.methodscript.models import EMSTAT4_HR
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.methodscript.scripts import script_for
from solidcell.drivers.methodscript.session import HEARTBEAT_S
from solidcell.drivers.readings import Flag, ImpedancePoint, Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    SegmentEnd,
)
from support.byte_transcript import ByteTranscript, bytes_said

pytestmark = pytest.mark.proves("methodscript", transcript="communication protocol")

GREETING = r"""
    > \n
    < \n
    > Z
    < Z!0006
    (silence)
    > t
    < tes4_hr1500#Mar 12 2026 14:28:01
    < R*
    > i
    < iES4HR20B0008
    > t
    < tes4_hr1500#Mar 12 2026 14:28:01
    < R*
    > i
    < iES4HR20B0008
"""
OPENING = r"""
    > e
    > cell_off
    > \n
    < e
    < \n
"""
MAKING_SAFE = f"""
    > Z
    < Z
    < *
    < \\n
    {OPENING}
"""
HALF_CYCLE = Galvanostatic(
    current_a=1e-3, duration_s=0.2, voltage_min_v=-1.0, voltage_max_v=1.0, sample_period_s=0.1
)
FIRST = "< Peb80186A0u,10;ab5F5E100n,10,206;db80003E8u,10,215"
SECOND = "< Peb8030D40u,10;ab7FB6C59u,11,206;db80003E8u,12,215"


def sent(segment) -> str:
    lines = ["e", *script_for(segment, EMSTAT4_HR).lines, r"\n"]
    return "\n".join(f"> {line}" for line in lines)


@contextmanager
def connected(
    text: str, *, piece: int = 4096, line_pause_s: float = 0.0
) -> Iterator[tuple[MethodScriptPotentiostat, ByteTranscript]]:
    with bytes_said(GREETING + text, piece=piece) as link:
        device = MethodScriptPotentiostat(link, clock=JumpClock(), line_pause_s=line_pause_s)
        device.connect()
        yield device, link


def carried_out(device: MethodScriptPotentiostat, segment) -> tuple[list, SegmentEnd]:
    observations = []
    running = device.perform(segment)
    while True:
        try:
            observation = next(running)
        except StopIteration as stop:
            return observations, stop.value
        if observation is not None:
            observations.append(observation)


def next_observation(running):
    return next(item for item in running if item is not None)


def test_connecting_reads_who_is_there_and_leaves_the_output_unknown():
    with bytes_said(GREETING) as link:
        device = MethodScriptPotentiostat(link, clock=JumpClock())
        assert device.connect() is OutputState.UNKNOWN
    assert device.identity.model == "EmStat4 HR"
    assert device.identity.serial == "ES4HR20B0008"
    assert device.identity.firmware == "1500#Mar 12 2026 14:28:01 R"
    assert device.envelope.voltage_max_v == 6.0


def test_connecting_stops_a_script_that_somebody_left_running():
    left_running = r"""
        > \n
        < Peb80186A0u;ab8000000·
        > Z
        < Peb8030D40u;ab8000000·
        < Z
        < *
        < \n
        > t
        < tnexus11500#Jan 5 2026  09:00:00
        < R*
        > i
        < iNX0001
        > t
        < tnexus11500#Jan 5 2026  09:00:00
        < R*
        > i
        < iNX0001
    """
    with bytes_said(left_running, piece=3) as link:
        device = MethodScriptPotentiostat(link, clock=JumpClock())
        device.connect()
    assert device.identity.model == "Nexus"


def test_the_script_version_can_be_asked():
    with connected("> v\n< v01.09.00") as (device, _):
        assert device.script_version() == "01.09.00"


def test_a_boot_loader_is_not_driven():
    with (
        bytes_said(GREETING.split("> i")[0].replace("tes4_hr", "tes4_bl")) as link,
        pytest.raises(WrongInstrumentError, match="boot loader"),
    ):
        MethodScriptPotentiostat(link, clock=JumpClock()).connect()


def test_an_instrument_of_another_tongue_is_recognised():
    with (
        bytes_said(">\n> Z\n< -113,Undefined header") as link,
        pytest.raises(WrongInstrumentError, match="-113,Undefined header"),
    ):
        MethodScriptPotentiostat(link, clock=JumpClock()).connect()


def test_nobody_there_is_a_lost_link():
    with bytes_said(">\n> Z") as link, pytest.raises(LinkLostError, match="silent for 2 s"):
        MethodScriptPotentiostat(link, clock=JumpClock()).connect()


def test_nothing_is_known_before_connecting():
    device = MethodScriptPotentiostat(ByteTranscript(""), clock=JumpClock())
    for ask in (lambda: device.identity, lambda: device.envelope, lambda: device.check(HALF_CYCLE)):
        with pytest.raises(DriverError, match="not connected"):
            ask()


@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_a_half_cycle_is_handed_over_whole_and_its_readings_come_back(piece):
    run = f"{sent(HALF_CYCLE)}\n< e\n< M000A\n{FIRST}\n(silence)\n{SECOND}\n< *\n< \\n"
    with connected(run, piece=piece) as (device, _):
        readings, end = carried_out(device, HALF_CYCLE)
    assert end is SegmentEnd.COMPLETED
    assert readings == [
        Reading(0.1, -0.034217728, 1e-3),
        Reading(0.2, -0.299943, 1e-3, Flag.TIMING | Flag.OVERLOAD),
    ]


def test_old_firmware_is_understood():
    run = f"{sent(HALF_CYCLE)}\n<| e\n< M000A\n{FIRST}\n< *\n< \\n"
    with connected(run) as (device, _):
        readings, _ = carried_out(device, HALF_CYCLE)
    assert len(readings) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("voltage above limit", SegmentEnd.VOLTAGE_LIMIT),
        ("voltage below limit", SegmentEnd.VOLTAGE_LIMIT),
        ("current below limit", SegmentEnd.CURRENT_LIMIT),
        ("current above limit", SegmentEnd.CURRENT_LIMIT),
        ("hello", SegmentEnd.COMPLETED),
    ],
)
def test_a_limit_that_stopped_the_loop_on_board_is_the_end_of_the_segment(text, expected):
    run = f"{sent(HALF_CYCLE)}\n< e\n< M000A\n{FIRST}\n< T{text}\n< *\n< \\n"
    with connected(run) as (device, _):
        readings, end = carried_out(device, HALF_CYCLE)
    assert (len(readings), end) == (1, expected)


def test_a_rest_has_no_current_because_the_cell_is_open():
    rest = Rest(duration_s=1.0)
    run = f"{sent(rest)}\n< e\n< M000B\n< Peb80F4240u;ab7FB6C59u,10\n< *\n< \\n"
    with connected(run) as (device, _):
        readings, _ = carried_out(device, rest)
    assert readings == [Reading(1.0, -0.299943, 0.0)]


def test_a_spectrum_reports_the_frequency_the_instrument_really_applied():
    sweep = ImpedanceSweep(
        frequency_max_hz=8e4, frequency_min_hz=8e4, points_per_decade=10, amplitude=0.01
    )
    point = "< Peb8030D40u;dcCBEED30m;cc80003E8m,12,20F;cd7FFFC18m,10,206"
    with connected(f"{sent(sweep)}\n< e\n< M000D\n{point}\n< *\n< \\n") as (device, _):
        points, end = carried_out(device, sweep)
    assert end is SegmentEnd.COMPLETED
    assert points == [ImpedancePoint(0.2, 79_621.424, 1 - 1j, Flag.OVERLOAD)]


def test_while_nothing_comes_the_caller_is_given_the_floor():
    run = f"{sent(HALF_CYCLE)}\n< e\n(silence)\n(silence)\n< M000A\n{FIRST}\n< *\n< \\n"
    with connected(run) as (device, _):
        seen = list(device.perform(HALF_CYCLE))
    assert (seen.count(None), len(seen)) == (2, 3)


def test_what_is_beyond_the_model_is_refused_and_nothing_is_sent():
    with connected("") as (device, _), pytest.raises(OutOfRangeError, match=r"7 V is outside"):
        device.perform(Potentiostatic(voltage_v=7.0, duration_s=1.0, current_max_a=1e-3))


def test_after_a_run_time_error_the_driver_opens_the_cell_itself():
    run = f"""{sent(HALF_CYCLE)}
        < e
        < M000A
        {FIRST}
        < !0032: Line 14
        < \\n
        (silence)
        > \\n
        < \\n
        (silence)
        {OPENING}"""
    with connected(run) as (device, _):
        running = device.perform(HALF_CYCLE)
        assert isinstance(next_observation(running), Reading)
        with pytest.raises(
            InstrumentFaultError, match=r"0032 \(critical overload.* line 14, 'meas_loop_cp"
        ):
            next_observation(running)


def test_after_a_refused_script_the_echoes_of_its_rest_are_swept_away():
    run = f"""{sent(HALF_CYCLE)}
        < e!4001: Line 2, Col 1
        < v!0003
        < s!0003
        (silence)
        > \\n
        < \\n
        (silence)
        {OPENING}"""
    with (
        connected(run) as (device, _),
        pytest.raises(InstrumentFaultError, match=r"4001 \(unknown script command\) in line 2"),
    ):
        carried_out(device, HALF_CYCLE)


def test_an_error_after_which_the_cell_cannot_be_opened_says_so():
    run = f"""{sent(HALF_CYCLE)}
        < e
        < !0080
        (silence)
        > \\n
        (silence)
        > e
        > cell_off
        > \\n
        < e!0001"""
    with (
        connected(run) as (device, _),
        pytest.raises(InstrumentFaultError, match="its state is unknown: cell_off was refused"),
    ):
        carried_out(device, HALF_CYCLE)


def test_an_error_just_before_the_connection_breaks_is_still_told():
    run = f"{sent(HALF_CYCLE)}\n< e\n< !0032\n(broken)"
    with connected(run) as (device, link):
        with pytest.raises(InstrumentFaultError, match=r"0032 .* its state is unknown: transcript"):
            carried_out(device, HALF_CYCLE)
        link.steps.clear()


def test_a_reply_outside_the_protocol_ends_the_segment_safely():
    run = f"{sent(HALF_CYCLE)}\n< e\n< M000A\n< Peb80186?0u\n{MAKING_SAFE}"
    with connected(run) as (device, _), pytest.raises(BadReplyError, match="not a value"):
        carried_out(device, HALF_CYCLE)


@pytest.mark.parametrize("piece", [2, 4096])
def test_closing_the_segment_early_aborts_it_on_the_instrument(piece):
    aborted = f"""{sent(HALF_CYCLE)}
        < e
        < M000A
        {FIRST}
        > Z
        {SECOND}
        < Z
        {SECOND}
        < *
        < \\n
        {OPENING}"""
    with connected(aborted, piece=piece) as (device, _):
        running = device.perform(HALF_CYCLE)
        next_observation(running)
        running.close()


def test_a_segment_that_just_ended_by_itself_can_still_be_closed():
    late = f"""{sent(HALF_CYCLE)}
        < e
        < M000A
        {FIRST}
        > Z
        < *
        < \\n
        < Z!0006
        (silence)
        {OPENING}"""
    with connected(late) as (device, _):
        running = device.perform(HALF_CYCLE)
        next_observation(running)
        running.close()


def test_making_safe_in_the_midst_of_a_segment_ends_it_there():
    with connected(f"{sent(HALF_CYCLE)}\n< e\n< M000A\n{FIRST}\n{MAKING_SAFE}") as (device, _):
        running = device.perform(HALF_CYCLE)
        next_observation(running)
        device.make_safe()
        with pytest.raises(StopIteration) as stop:
            next(running)
    assert stop.value.value is SegmentEnd.STOPPED


def test_making_safe_works_at_once_and_twice():
    once = f"> Z\n< Z!0006\n(silence)\n{OPENING}"
    with bytes_said(once + once) as link:
        device = MethodScriptPotentiostat(link, clock=JumpClock())
        device.make_safe()
        device.make_safe()


def test_making_safe_does_not_give_up_on_a_busy_instrument():
    busy = f"""
        > Z
        < Peb80186A0u;ab8000000·
        > e
        > cell_off
        > \\n
        < e!0006
        < c!0006
        {MAKING_SAFE}"""
    with bytes_said(busy) as link:
        MethodScriptPotentiostat(link, clock=JumpClock()).make_safe()


def test_the_late_end_of_another_script_does_not_count_as_the_cell_being_open():
    late = r"""
        > Z
        > e
        > cell_off
        > \n
        < Z
        < *
        < \n
        < e
        < \n
    """
    with bytes_said(late, piece=1) as link:
        MethodScriptPotentiostat(link, clock=JumpClock()).make_safe()


def test_making_safe_on_a_dead_link_says_that_the_state_is_unknown():
    with bytes_said("> Z\n> e\n> cell_off\n>\n> Z\n> e\n> cell_off\n>") as link:
        device = MethodScriptPotentiostat(link, clock=JumpClock())
        with pytest.raises(LinkLostError, match="state of its output is unknown"):
            device.make_safe()


def test_a_connection_that_breaks_under_way_is_a_lost_link():
    run = f"{sent(HALF_CYCLE)}\n< e\n< M000A\n{FIRST}\n(broken)"
    with connected(run) as (device, link):
        running = device.perform(HALF_CYCLE)
        next_observation(running)
        with pytest.raises(LinkLostError, match="the connection broke"):
            next_observation(running)
        link.steps.clear()


def test_an_instrument_that_falls_silent_is_a_lost_link_after_a_few_intervals():
    with connected(f"{sent(HALF_CYCLE)}\n< e\n< M000A\n{FIRST}") as (device, _):
        running = device.perform(HALF_CYCLE)
        next_observation(running)
        beats = []
        with pytest.raises(LinkLostError, match=r"silent for 5\.3 s"):
            beats.extend(running)
    assert len(beats) == math.ceil(5.3 / HEARTBEAT_S)
    assert set(beats) == {None}


def test_lines_are_paced_for_an_instrument_with_a_small_buffer():
    clock = JumpClock()
    run = f"{GREETING}\n{sent(HALF_CYCLE)}\n< e\n< M000A\n{FIRST}\n< *\n< \\n"
    with bytes_said(run) as link:
        device = MethodScriptPotentiostat(link, clock=clock, line_pause_s=0.005)
        device.connect()
        readings, _ = carried_out(device, HALF_CYCLE)
    assert len(readings) == 1
    lines = len(script_for(HALF_CYCLE, EMSTAT4_HR).lines) + 2
    assert clock.now_s() == pytest.approx(0.005 * lines)


def test_a_script_refused_while_it_is_being_paced_is_not_sent_to_its_end():
    beginning = "\n".join(sent(HALF_CYCLE).splitlines()[:3])
    run = f"""{beginning}
        < e!4001: Line 2, Col 1
        (silence)
        > \\n
        (silence)
        {OPENING}"""
    with (
        connected(run, line_pause_s=0.005) as (device, _),
        pytest.raises(InstrumentFaultError, match="4001"),
    ):
        carried_out(device, HALF_CYCLE)


def test_closing_releases_the_link_and_may_be_repeated():
    with connected("") as (device, link):
        device.close()
        device.close()
    assert link.closed
