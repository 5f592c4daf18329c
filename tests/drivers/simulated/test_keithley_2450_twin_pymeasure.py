"""An independent client, pymeasure, works with the twin over TCP."""

import pytest
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from support.ohmic_cell import OhmicCell
from support.served import served

pytest.importorskip("pymeasure", reason="pymeasure is the independent client of this test")

pytestmark = pytest.mark.proves("keithley_2450", client="pymeasure")
LEADS_OHM = 0.1


@pytest.fixture
def pymeasure_smu():
    from pymeasure.instruments.keithley import Keithley2450

    clock = SystemClock()
    twin = Keithley2450Twin(OhmicCell(ohms=1000.0), clock, lead_resistance_ohm=LEADS_OHM)
    with served(twin, clock) as port:
        smu = Keithley2450(
            f"TCPIP0::127.0.0.1::{port}::SOCKET",
            visa_library="@py",
            read_termination="\n",
            write_termination="\n",
            timeout=2000,
        )
        yield smu, twin
        smu.adapter.close()


@pytest.mark.slow
def test_pymeasure_sources_a_current_and_reads_the_right_voltage(pymeasure_smu):
    smu, twin = pymeasure_smu
    smu.apply_current(current_range=10e-3, compliance_voltage=5.0)
    smu.measure_voltage(nplc=0.1)
    smu.source_current = 2e-3
    smu.enable_source()
    assert smu.check_errors() == []
    assert smu.source_mode == "current"
    assert smu.source_enabled is True
    assert smu.source_current_range == 10e-3
    assert smu.compliance_voltage == 5.0
    assert smu.voltage == pytest.approx(2e-3 * (1000.0 + LEADS_OHM), rel=1e-6)
    smu.disable_source()
    assert smu.source_enabled is False
    assert not twin.output_is_on


@pytest.mark.slow
def test_pymeasure_sources_a_voltage_and_reads_the_right_current(pymeasure_smu):
    smu, _ = pymeasure_smu
    smu.apply_voltage(compliance_current=1e-3)
    smu.measure_current(nplc=0.1)
    smu.source_voltage = 0.5
    smu.enable_source()
    assert smu.current == pytest.approx(0.5e-3, rel=1e-6)
    smu.source_voltage = 2.0
    assert smu.current == pytest.approx(1e-3, rel=1e-6)  # held by the limit


@pytest.mark.slow
def test_pymeasure_hears_of_a_level_that_is_too_large(pymeasure_smu, caplog):
    smu, _ = pymeasure_smu
    smu.apply_current(current_range=1e-3)
    smu.source_current = 0.5
    errors = smu.check_errors()
    assert [error[0] for error in errors] == [-222]


@pytest.mark.slow
def test_pymeasure_reads_its_statistics_from_the_buffer(pymeasure_smu):
    smu, _ = pymeasure_smu
    smu.apply_current(compliance_voltage=5.0)
    smu.measure_voltage(nplc=0.01)
    smu.enable_source()
    for current_a in (1e-3, 3e-3):
        smu.source_current = current_a
        smu.voltage  # noqa: B018  # each look at it takes a reading
    assert smu.means == pytest.approx([2e-3 * (1000.0 + LEADS_OHM)][0], rel=1e-5)
