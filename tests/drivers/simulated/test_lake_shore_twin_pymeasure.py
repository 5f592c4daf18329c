"""An independent client, pymeasure, works with the Lake Shore twin over TCP."""

import pytest
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.lake_shore_twin import lake_shore_twin
from solidcell.drivers.simulated.oven import SimulatedOven
from support.served import served

pytest.importorskip("pymeasure", reason="pymeasure is the independent client of this test")

pytestmark = pytest.mark.proves("lake_shore_336", client="pymeasure")


@pytest.mark.slow
def test_pymeasure_heats_the_oven_and_reads_its_temperature():
    from pymeasure.instruments.lakeshore import LakeShore3xx

    clock, oven = SystemClock(speed=1000.0), SimulatedOven()
    with served(lake_shore_twin(oven, clock), clock) as port:
        controller = LakeShore3xx(
            f"TCPIP0::127.0.0.1::{port}::SOCKET",
            "a Lake Shore 336",
            visa_library="@py",
            read_termination="\r\n",
            write_termination="\n",
            timeout=2000,
        )
        assert controller.id.startswith("LSCI,MODEL336,")
        controller.output_1.setpoint = 350.0
        controller.output_1.range = "high"
        assert controller.output_1.setpoint == 350.0
        clock.sleep_until(clock.now_s() + 60.0)
        assert 299.0 < controller.input_A.kelvin <= 350.0
        assert oven.is_on
        controller.output_1.range = "off"
        assert controller.output_1.range == "off"
        assert not oven.is_on
        controller.adapter.close()
