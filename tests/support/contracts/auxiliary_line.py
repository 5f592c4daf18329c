"""A thermometer that is asked in SCPI over a byte stream."""

from solidcell.drivers import auxiliary_line
from solidcell.drivers.gauge_line import LineFormat
from solidcell.drivers.simulated.gauges import ThermometerTwin
from solidcell.drivers.visa_link import LineLink
from support.contracts.bench import GaugeContract

CONTRACT = GaugeContract(
    name="auxiliary_scpi",
    module=auxiliary_line,
    twin=lambda rig: ThermometerTwin(rig.oven.temperature_k, rig.clock),
    device=lambda wire, _: auxiliary_line.ScpiGauge(
        LineLink(wire, timeout_s=2.0),
        form=LineFormat.of(r"(?P<value>[+-]\d\.\d{8}E[+-]\d\d)", "degC"),
        query="MEAS:TEMP?",
    ),
    serial="TH001",
    truth=lambda rig: rig.oven.temperature_k(rig.clock.now_s()),
    resolution=1e-6,
)
