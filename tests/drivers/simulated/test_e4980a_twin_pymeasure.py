"""An independent client, pymeasure, works with the LCR meter's twin over TCP."""

import pytest
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.e4980a.twin import E4980aTwin
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.rig import load_rig
from support.served import served

pytest.importorskip("pymeasure", reason="pymeasure is the independent client of this test")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:It is not known whether this device support SCPI"),
    pytest.mark.proves("e4980a", client="pymeasure"),
]


@pytest.fixture
def pymeasure_meter():
    from pymeasure.instruments.agilent import AgilentE4980

    clock = SystemClock()
    rig = load_rig("llzo", clock)
    with served(E4980aTwin(rig.front_end(IDEAL), clock), clock) as port:
        meter = AgilentE4980(
            f"TCPIP0::127.0.0.1::{port}::SOCKET",
            visa_library="@py",
            read_termination="\n",
            write_termination="\n",
            timeout=2000,
        )
        yield meter, rig.cells[0]
        meter.adapter.close()


def test_pymeasure_sets_a_level_and_measures_an_impedance(pymeasure_meter):
    meter, cell = pymeasure_meter
    meter.ac_voltage = 0.02
    meter.mode = "RX"
    meter.frequency = 1e5
    meter.aperture("SHORT", 2)
    assert meter.ac_voltage == pytest.approx(0.02)
    assert meter.frequency == pytest.approx(1e5)
    assert meter.mode == "RX"
    assert meter.aperture() == ("SHOR", 2)
    true = complex(cell.impedance([1e5])[0])
    assert meter.impedance == pytest.approx([true.real, true.imag], rel=1e-4)


def test_pymeasure_sweeps_a_list_of_frequencies(pymeasure_meter):
    meter, cell = pymeasure_meter
    meter.mode = "RX"
    meter.aperture("SHORT")
    resistance, reactance, frequencies = meter.freq_sweep([1e6, 1e5, 1e4], return_freq=True)
    assert frequencies == pytest.approx([1e6, 1e5, 1e4])
    true = cell.impedance([1e6, 1e5, 1e4])
    assert resistance == pytest.approx(true.real, rel=1e-4)
    assert reactance == pytest.approx(true.imag, rel=1e-3)
    assert meter.ask(":SYST:ERR?").strip() == '+0,"No error"'
