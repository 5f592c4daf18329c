"""The driver meets an instrument twin that was written without it, over real transports."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import fmean

import pytest
from solidcell.drivers.clock import JumpClock, SystemClock
from solidcell.drivers.errors import InstrumentFaultError, LinkLostError
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat, open_methodscript
from solidcell.drivers.readings import ImpedancePoint, Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    SegmentEnd,
    Voltammetry,
)
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.presets import LPSCL
from solidcell.drivers.simulated.serve import InProcessLink, serve_pty, serve_tcp
from support.arc_cell import ArcCell

HALF_CYCLE = Galvanostatic(
    current_a=-1e-3, duration_s=3600.0, voltage_min_v=-1.0, voltage_max_v=1.0, sample_period_s=10.0
)


def bench(
    cell: ArcCell | FrontEnd, model: str = "nexus", *, line_pause_s: float = 0.0, **quirks: bool
) -> MethodScriptPotentiostat:
    """A connected driver, in process, in front of a twin."""
    clock = JumpClock()
    twin = MethodScriptTwin(cell, clock, model=model, **quirks)
    device = MethodScriptPotentiostat(
        InProcessLink(twin, clock), clock=clock, line_pause_s=line_pause_s
    )
    device.connect()
    return device


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


@pytest.mark.parametrize(
    ("model", "name"),
    [("nexus", "Nexus"), ("es4_hr", "EmStat4 HR"), ("es4_lr", "EmStat4 LR"),
     ("espico", "EmStat Pico")],
)  # fmt: skip
def test_every_model_is_recognised(model, name):
    assert bench(ArcCell(), model).identity.model == name


@pytest.mark.parametrize("model", ["nexus", "es4_hr", "es4_lr"])
def test_a_half_cycle_passes_its_charge_and_reads_the_ohmic_voltage(model):
    cell = ArcCell()
    readings, end = carried_out(bench(cell, model), HALF_CYCLE)
    assert end is SegmentEnd.COMPLETED
    assert len(readings) == 360
    assert readings[-1].time_s == pytest.approx(3600.0)
    assert [r.voltage_v for r in readings] == pytest.approx([-0.1] * 360, rel=1e-3)
    assert [r.current_a for r in readings] == pytest.approx([-1e-3] * 360, rel=1e-3)
    assert cell.charge_c == pytest.approx(-3.6, rel=1e-3)
    assert cell.is_open


def test_a_duration_that_is_no_multiple_of_the_period_still_passes_its_whole_charge():
    cell = ArcCell()
    odd = Galvanostatic(
        current_a=1e-3, duration_s=101.7, voltage_min_v=-1.0, voltage_max_v=1.0, sample_period_s=7.0
    )
    readings, _ = carried_out(bench(cell), odd)
    assert readings[-1].time_s == pytest.approx(101.7, abs=1e-3)
    assert cell.charge_c == pytest.approx(0.1017, rel=1e-3)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_voltage_limit_is_kept_on_board_and_the_reading_beyond_it_is_recorded(sign):
    cell = ArcCell()
    steep = Galvanostatic(
        current_a=sign * 1.2e-2, duration_s=3600.0, voltage_min_v=-1.0, voltage_max_v=1.0
    )
    readings, end = carried_out(bench(cell), steep)
    assert end is SegmentEnd.VOLTAGE_LIMIT
    assert len(readings) == 1
    assert sign * readings[0].voltage_v > 1.0
    assert cell.is_open


def test_a_rest_reads_the_open_circuit_voltage_without_current():
    cell = ArcCell(emf_v=0.35)
    readings, end = carried_out(bench(cell), Rest(duration_s=60.0, sample_period_s=5.0))
    assert end is SegmentEnd.COMPLETED
    assert [r.voltage_v for r in readings] == pytest.approx([0.35] * 12, rel=1e-4)
    assert {r.current_a for r in readings} == {0.0}
    assert cell.charge_c == 0.0


def test_a_held_voltage_reads_the_current_it_drives():
    cell = ArcCell()
    hold = Potentiostatic(voltage_v=0.2, duration_s=30.0, current_max_a=1e-2)
    readings, end = carried_out(bench(cell), hold)
    assert end is SegmentEnd.COMPLETED
    assert [r.current_a for r in readings] == pytest.approx([2e-3] * 30, rel=1e-3)
    assert [r.voltage_v for r in readings] == pytest.approx([0.2] * 30, rel=1e-3)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_current_limit_is_kept_on_board(sign):
    cell = ArcCell()
    hold = Potentiostatic(voltage_v=sign * 0.2, duration_s=30.0, current_max_a=1.9e-3)
    readings, end = carried_out(bench(cell), hold)
    assert (len(readings), end) == (1, SegmentEnd.CURRENT_LIMIT)
    assert cell.is_open


def test_a_voltammogram_of_a_resistor_is_a_straight_line_from_vertex_to_vertex():
    scan = Voltammetry(
        start_v=0.0, vertex1_v=0.5, vertex2_v=-0.5, step_v=0.01, scan_rate_v_per_s=0.1,
        current_max_a=1e-2, cycles=2,
    )  # fmt: skip
    readings, end = carried_out(bench(ArcCell()), scan)
    volts = [r.voltage_v for r in readings]
    assert end is SegmentEnd.COMPLETED
    assert (max(volts), min(volts)) == pytest.approx((0.5, -0.5), abs=2e-3)
    assert [r.current_a for r in readings] == pytest.approx([v / 100 for v in volts], abs=2e-5)
    assert sum(0.495 < v < 0.505 for v in volts) == 2


@pytest.mark.parametrize(
    ("mode", "amplitude"),
    [(ImpedanceMode.POTENTIOSTATIC, 0.01), (ImpedanceMode.GALVANOSTATIC, 1e-4)],
)
def test_a_spectrum_is_that_of_the_cell(mode, amplitude):
    cell = ArcCell()
    sweep = ImpedanceSweep(
        frequency_max_hz=2e5, frequency_min_hz=1.0, points_per_decade=10, amplitude=amplitude,
        mode=mode,
    )  # fmt: skip
    points, end = carried_out(bench(cell), sweep)
    assert end is SegmentEnd.COMPLETED
    assert len(points) == 54
    assert all(isinstance(point, ImpedancePoint) for point in points)
    assert points[0].frequency_hz == pytest.approx(2e5, rel=1e-5)
    assert points[-1].frequency_hz == pytest.approx(1.0, rel=1e-5)
    assert points[-1].time_s > points[0].time_s >= 0.0
    for point in points:
        assert point.z_ohm == pytest.approx(cell.z_ohm(point.frequency_hz), rel=1e-3)
    assert cell.is_open


def test_closing_a_segment_early_opens_the_cell():
    cell = ArcCell()
    device = bench(cell)
    running = device.perform(HALF_CYCLE)
    assert any(isinstance(next(running), Reading) for _ in range(10))
    assert not cell.is_open
    running.close()
    assert cell.is_open
    assert len(carried_out(device, HALF_CYCLE)[0]) == 360  # and the instrument is ready again


def test_making_safe_in_the_midst_of_a_segment_opens_the_cell():
    cell = ArcCell()
    device = bench(cell)
    running = device.perform(HALF_CYCLE)
    assert any(isinstance(next(running), Reading) for _ in range(10))
    device.make_safe()
    assert cell.is_open
    device.make_safe()
    assert cell.is_open


def test_a_stranger_who_connects_finds_the_cell_on_and_can_make_it_safe():
    cell, clock = ArcCell(), JumpClock()
    twin = MethodScriptTwin(cell, clock)
    forsaken = MethodScriptPotentiostat(InProcessLink(twin, clock), clock=clock)
    forsaken.connect()
    running = forsaken.perform(HALF_CYCLE)
    assert any(isinstance(next(running), Reading) for _ in range(10))
    assert not cell.is_open
    MethodScriptPotentiostat(InProcessLink(twin, clock), clock=clock).make_safe()
    assert cell.is_open
    with pytest.raises(LinkLostError, match="silent"):  # its script is gone
        list(running)


def test_old_firmware_is_understood():
    readings, end = carried_out(bench(ArcCell(), old_firmware=True), HALF_CYCLE)
    assert (len(readings), end) == (360, SegmentEnd.COMPLETED)


def test_a_small_receive_buffer_needs_paced_lines():
    hold = Potentiostatic(voltage_v=0.1, duration_s=10.0, current_max_a=2e-3)
    paced = bench(ArcCell(), "espico", line_pause_s=0.005, small_rx_buffer=True)
    assert len(carried_out(paced, hold)[0]) == 10
    cell = ArcCell()
    hasty = bench(cell, "espico", small_rx_buffer=True)
    with pytest.raises(InstrumentFaultError, match="the instrument reported"):
        carried_out(hasty, hold)
    assert cell.is_open


@pytest.mark.parametrize("mode", ImpedanceMode)
def test_a_solid_state_cell_has_one_resistance_by_direct_current_and_by_impedance(mode):
    device = bench(FrontEnd(SymmetricCell(LPSCL), seed=1))
    mean_v = []
    for current_a in (1e-4, -1e-4):  # both ways, so that the instrument's offset falls out
        trickle = Galvanostatic(
            current_a=current_a, duration_s=60.0, voltage_min_v=-1.0, voltage_max_v=1.0
        )
        mean_v.append(fmean(reading.voltage_v for reading in carried_out(device, trickle)[0]))
    by_direct_current_ohm = (mean_v[0] - mean_v[1]) / 2e-4
    sweep = ImpedanceSweep(
        frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=5, mode=mode,
        amplitude=5e-3 if mode is ImpedanceMode.POTENTIOSTATIC else 1e-4,
    )  # fmt: skip
    points, _ = carried_out(device, sweep)
    assert len(points) == 36
    assert points[-1].z_ohm.real == pytest.approx(by_direct_current_ohm, rel=0.01)
    assert min(point.z_ohm.imag for point in points) < 0.0


@contextmanager
def served(
    cell: ArcCell, speed: float, *, pty: bool = False
) -> Iterator[tuple[str, threading.Event]]:
    """A twin behind a TCP port or a pseudo-terminal: its address, and how to switch it off."""
    clock = SystemClock(speed)
    twin = MethodScriptTwin(cell, clock)
    ready, stop, places = threading.Event(), threading.Event(), []

    def note(place: object) -> None:
        places.append(place)
        ready.set()

    place = () if pty else ("127.0.0.1", 0)
    server = threading.Thread(
        target=serve_pty if pty else serve_tcp, args=(twin, clock, *place, note, stop)
    )
    server.start()
    try:
        assert ready.wait(10.0)
        yield places[0] if pty else f"socket://127.0.0.1:{places[0]}", stop
    finally:
        stop.set()
        server.join()


PTY = pytest.param(
    True,
    id="pty",
    marks=pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals"),
)


@pytest.mark.slow
@pytest.mark.parametrize("pty", [pytest.param(False, id="tcp"), PTY])
def test_a_half_cycle_over_a_real_transport_is_that_in_process(pty):
    cell = ArcCell()
    with served(cell, speed=10_000.0, pty=pty) as (address, _):
        device = open_methodscript(address)
        device.connect()
        readings, end = carried_out(device, HALF_CYCLE)
        device.close()
    assert (readings, end) == carried_out(bench(ArcCell()), HALF_CYCLE)
    assert cell.charge_c == pytest.approx(-3.6, rel=1e-3)
    assert cell.is_open


@pytest.mark.slow
def test_closing_a_segment_early_over_tcp_opens_the_cell():
    cell = ArcCell()
    with served(cell, speed=100.0) as (address, _):
        device = open_methodscript(address)
        device.connect()
        running = device.perform(HALF_CYCLE)
        next(item for item in running if item is not None)
        running.close()
        assert cell.is_open
        device.close()


@pytest.mark.slow
def test_an_instrument_that_is_switched_off_under_way_is_a_lost_link():
    with served(ArcCell(), speed=100.0) as (address, switch_off):
        device = open_methodscript(address)
        device.connect()
        running = device.perform(HALF_CYCLE)
        next(item for item in running if item is not None)
        switch_off.set()
        with pytest.raises(LinkLostError, match=r"socket://127\.0\.0\.1:\d+ broke"):
            for _ in running:
                pass
        with suppress(LinkLostError):
            device.close()
