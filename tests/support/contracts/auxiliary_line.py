"""A thermometer that is asked over a byte stream: in SCPI, and as any line that is declared."""

from solidcell.drivers import auxiliary_line, line_gauge
from solidcell.drivers.gauge_line import LineFormat
from solidcell.drivers.simulated.faults import Kind
from solidcell.drivers.simulated.gauges import thermometer_twin
from solidcell.drivers.visa_link import LineLink
from support.contracts.bench import GaugeContract

FORM = LineFormat.of(r"(?P<value>[+-]\d\.\d{8}E[+-]\d\d)", "degC")
QUERY = "MEAS:TEMP?"

SCPI = GaugeContract(
    name="auxiliary_scpi",
    module=auxiliary_line,
    twin=lambda rig: thermometer_twin(rig.oven.temperature_k, rig.clock),
    device=lambda wire, _: auxiliary_line.ScpiGauge(
        LineLink(wire, timeout_s=2.0), form=FORM, query=QUERY
    ),
    serial="TH001",
    truth=lambda rig: rig.oven.temperature_k(rig.clock.now_s()),
    resolution=1e-6,
)
LINE = GaugeContract(
    name="auxiliary_line",
    module=line_gauge,
    twin=lambda rig: thermometer_twin(rig.oven.temperature_k, rig.clock),
    device=lambda wire, clock: line_gauge.LineGauge(
        wire, clock=clock, form=FORM, query=QUERY, command_end="lf"
    ),
    truth=lambda rig: rig.oven.temperature_k(rig.clock.now_s()),
    resolution=1e-6,
    without=frozenset({Kind.REPLACED}),  # it was not asked who it is
)
CONTRACTS = (SCPI, LINE)
