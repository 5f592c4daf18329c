"""An instrument by way of a VISA library: a socket stands for the bus, which pyvisa-py has not."""

import pytest
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.gpib_link import GpibLink
from solidcell.drivers.prologix_link import Station
from solidcell.drivers.segments import ImpedanceSweep
from solidcell.drivers.simulated.solartron.fra import FraTwin, OnCell
from solidcell.drivers.solartron_1260 import FraSettings, Solartron1260
from solidcell.drivers.visa_gpib import VisaPort
from support.methodscript_bench import DebyeCell
from support.served import served


@pytest.mark.slow
def test_a_1260_is_swept_through_visa():
    clock, cell = SystemClock(speed=300.0), DebyeCell()
    with served(FraTwin(OnCell(cell), clock), clock) as port:
        visa = VisaPort(f"TCPIP0::127.0.0.1::{port}::SOCKET", Station(primary=4))
        device = Solartron1260(GpibLink(visa), clock, how=FraSettings(integration_s=0.1))
        device.connect()
        sweep = ImpedanceSweep(
            frequency_max_hz=1e3, frequency_min_hz=10.0, points_per_decade=1, amplitude=0.01
        )
        points = [point for point in device.perform(sweep) if point is not None]
        device.close()
    assert [point.frequency_hz for point in points] == [1000.0, 100.0, 10.0]
    assert points[0].z_ohm == pytest.approx(cell.impedance(clock.now_s(), 1e3, 0.0), rel=1e-3)


def test_what_is_not_there_is_a_lost_link():
    port = VisaPort("TCPIP0::127.0.0.1::1::SOCKET", Station(primary=4))
    with pytest.raises(LinkLostError, match=r"TCPIP0::127\.0\.0\.1::1::SOCKET: .* failed: "):
        port.send("*IDN?")
    port.close()
    with pytest.raises(LinkLostError, match="opening failed"):
        VisaPort("GPIB0::4::INSTR", Station(primary=4)).receive()
