"""An independent client, pymeasure, works with the Series 2400 twin over TCP."""

import pytest
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.keithley_2400.twin import Keithley2400Twin
from support.ohmic_cell import OhmicCell
from support.served import served

pytest.importorskip("pymeasure", reason="pymeasure is the independent client of this test")

pytestmark = pytest.mark.proves("keithley_2400", client="pymeasure")

LEADS_OHM = 0.1


@pytest.fixture
def pymeasure_smu():
    from pymeasure.instruments.keithley import Keithley2400

    clock = SystemClock(speed=20.0)
    twin = Keithley2400Twin(OhmicCell(ohms=1000.0), clock, lead_resistance_ohm=LEADS_OHM)
    with served(twin, clock) as port:
        smu = Keithley2400(
            f"TCPIP0::127.0.0.1::{port}::SOCKET",
            visa_library="@py",
            read_termination="\n",
            write_termination="\n",
            timeout=2000,
        )
        yield smu, twin
        smu.adapter.close()


@pytest.mark.slow
def test_pymeasure_sources_a_current_and_reads_all_that_is_measured(pymeasure_smu):
    smu, twin = pymeasure_smu
    smu.source_mode = "current"
    smu.source_current_range = 10e-3
    smu.compliance_voltage = 5.0
    smu.wires = 4
    smu.source_current = 2e-3
    smu.source_enabled = True
    assert smu.check_errors() == []
    seen = smu.measure_all()
    assert seen["voltage"] == pytest.approx(2.0, rel=1e-6)
    assert seen["current"] == pytest.approx(2e-3, rel=1e-6)
    assert seen["resistance"] == pytest.approx(1000.0, rel=1e-6)
    assert seen["status"] & 1 << 22
    smu.source_enabled = False
    assert smu.source_enabled is False
    assert not twin.output_is_on


@pytest.mark.slow
def test_pymeasure_sources_a_voltage_and_is_held_by_its_compliance(pymeasure_smu):
    smu, _ = pymeasure_smu
    smu.source_mode = "voltage"
    smu.compliance_current = 1e-3
    smu.source_voltage = 0.5
    smu.source_enabled = True
    assert smu.current == pytest.approx(0.5 / (1000.0), rel=1e-6)
    smu.source_voltage = 2.0
    assert smu.current == pytest.approx(1e-3, rel=1e-6)
    assert smu.check_errors() == []


@pytest.mark.slow
def test_pymeasure_hears_of_a_level_beyond_its_range(pymeasure_smu, caplog):
    smu, _ = pymeasure_smu
    smu.source_mode = "current"
    smu.source_current_range = 1e-3
    smu.source_current = 0.5
    assert [error[0] for error in smu.check_errors()] == [-222]


@pytest.mark.slow
def test_pymeasure_fills_the_buffer_and_reads_its_statistics(pymeasure_smu):
    smu, _ = pymeasure_smu
    smu.source_mode = "current"
    smu.compliance_voltage = 5.0
    smu.voltage_nplc = 0.1
    smu.write(":SENS:FUNC 'VOLT'")
    smu.source_current = 1e-3
    smu.source_enabled = True
    smu.config_buffer(points=5)
    smu.start_buffer()
    smu.wait_for_buffer(interval=0.01, timeout=5)
    assert len(smu.buffer_data) == 5 * 5
    assert smu.mean_voltage == pytest.approx(1e-3 * (1000.0 + LEADS_OHM), rel=1e-5)
