"""An independent client, pymeasure, works with the 6221 and the 2182A twins over TCP."""

from contextlib import contextmanager

import pytest
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.keithley_6221.nanovoltmeter import Keithley2182ATwin
from solidcell.drivers.simulated.keithley_6221.twin import Keithley6221Twin
from support.ohmic_cell import OhmicCell
from support.served import served

pytest.importorskip("pymeasure", reason="pymeasure is the independent client of this test")
pytestmark = pytest.mark.proves("keithley_6221", client="pymeasure")


@contextmanager
def client(kind, twin, clock):
    with served(twin, clock) as port:
        instrument = kind(
            f"TCPIP0::127.0.0.1::{port}::SOCKET",
            visa_library="@py",
            read_termination="\n",
            write_termination="\n",
            timeout=2000,
        )
        yield instrument
        instrument.adapter.close()


@pytest.mark.slow
def test_pymeasure_sources_a_current_within_a_compliance():
    from pymeasure.instruments.keithley import Keithley6221

    clock, cell = SystemClock(speed=20.0), OhmicCell(ohms=1000.0)
    with client(Keithley6221, Keithley6221Twin(cell, clock), clock) as source:
        source.source_range = 2e-3
        source.source_compliance = 5.0
        source.source_current = 1e-3
        source.source_enabled = True
        assert source.check_errors() == []
        assert source.source_enabled is True
        assert cell.current_a == pytest.approx(1e-3)
        assert (source.source_current, source.source_compliance) == (1e-3, 5.0)
        source.source_enabled = False
        assert source.source_enabled is False
        assert cell.is_open


@pytest.mark.slow
def test_pymeasure_measures_a_low_resistance_by_delta():
    from pymeasure.instruments.keithley import Keithley6221

    clock, cell = SystemClock(speed=20.0), OhmicCell(ohms=0.01, emf_v=1e-3)
    with client(Keithley6221, Keithley6221Twin(cell, clock), clock) as source:
        assert source.delta_connected
        source.write(":SYST:COMM:SER:SEND ':SENS:VOLT:NPLC 0.1'")
        source.delta_high_source = 0.01
        source.delta_delay = 0.01
        source.delta_cycles = 10
        source.delta_buffer_points = 10
        source.delta_arm()
        source.delta_start()
        clock.sleep_until(clock.now_s() + 2.0)
        assert source.delta_sense[0] == pytest.approx(1e-4, rel=1e-6)
        assert source.delta_values[::2] == pytest.approx([1e-4] * 10, rel=1e-6)
        source.delta_abort()
        assert source.check_errors() == []


@pytest.mark.slow
def test_pymeasure_reads_the_nanovoltmeter():
    from pymeasure.instruments.keithley import Keithley2182

    clock = SystemClock(speed=20.0)
    twin = Keithley2182ATwin(OhmicCell(ohms=1.0, emf_v=1.25e-6), clock)
    with client(Keithley2182, twin, clock) as voltmeter:
        voltmeter.reset()
        voltmeter.ch_1.setup_voltage(auto_range=True, nplc=1)
        assert voltmeter.voltage == pytest.approx(1.25e-6, rel=1e-8)
        assert voltmeter.voltage_nplc == 1
        assert voltmeter.check_errors() == []
