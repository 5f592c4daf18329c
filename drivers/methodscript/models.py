"""What each MethodSCRIPT model can do, and what it is asked for beyond that.

Source: PalmSens MethodSCRIPT, appendix "device-specific limits". Fields marked [M] are from memory
of the vendor's documents and have not been confirmed on an instrument.
"""

from dataclasses import dataclass

from ..capabilities import Envelope
from ..errors import WrongInstrumentError

_POTENTIOSTAT = frozenset({"Rest", "Potentiostatic", "Voltammetry", "ImpedanceSweep"})


@dataclass(frozen=True, slots=True)
class Window:
    """Voltages that can be applied; within one script they may span at most ``span_v``."""

    low_v: float
    high_v: float
    span_v: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The limits of one instrument model.

    ``slow`` and ``fast`` are its windows in low-speed mode (2) and high-speed mode (3, which
    impedance needs). The smallest ranges are where auto-ranging may go down to.
    """

    name: str
    slow: Window
    fast: Window
    current_max_a: float
    galvanostat: bool
    frequency_max_hz: float
    amplitude_max_v: float
    frequency_min_hz: float  # [M]
    sample_period_min_s: float  # [M]
    current_range_min_a: float
    voltage_range_min_v: float
    baud_rate: int

    @property
    def envelope(self) -> Envelope:
        """The same limits in the vocabulary that all devices share."""
        return Envelope(
            voltage_max_v=self.slow.high_v,
            current_max_a=self.current_max_a,
            segments=_POTENTIOSTAT | ({"Galvanostatic"} if self.galvanostat else set()),
            frequency_min_hz=self.frequency_min_hz,
            frequency_max_hz=self.frequency_max_hz,
            amplitude_max_v=self.amplitude_max_v,
        )


def _symmetric(limit_v: float) -> Window:
    return Window(-limit_v, limit_v, 2 * limit_v)


EMSTAT_PICO = Model(
    name="EmStat Pico",
    slow=Window(-1.25, 2.0, 2.2),
    fast=Window(-1.7, 2.0, 1.214),
    current_max_a=3e-3,
    galvanostat=False,
    frequency_max_hz=200e3,
    amplitude_max_v=0.429,
    frequency_min_hz=0.016,
    sample_period_min_s=1e-3,
    current_range_min_a=100e-9,
    voltage_range_min_v=1.0,
    baud_rate=230_400,
)
EMSTAT4_LR = Model(
    name="EmStat4 LR",
    slow=_symmetric(3.0),
    fast=_symmetric(3.0),
    current_max_a=30e-3,
    galvanostat=True,
    frequency_max_hz=200e3,
    amplitude_max_v=0.9,
    frequency_min_hz=10e-6,
    sample_period_min_s=0.2e-3,
    current_range_min_a=1e-9,
    voltage_range_min_v=50e-3,
    baud_rate=921_600,
)
EMSTAT4_HR = Model(
    name="EmStat4 HR",
    slow=_symmetric(6.0),
    fast=_symmetric(6.0),
    current_max_a=200e-3,
    galvanostat=True,
    frequency_max_hz=200e3,
    amplitude_max_v=0.9,
    frequency_min_hz=10e-6,
    sample_period_min_s=0.2e-3,
    current_range_min_a=100e-9,
    voltage_range_min_v=50e-3,
    baud_rate=921_600,
)
NEXUS = Model(
    name="Nexus",
    slow=_symmetric(10.0),
    fast=_symmetric(10.0),
    current_max_a=1.0,
    galvanostat=True,
    frequency_max_hz=1e6,
    amplitude_max_v=0.3,
    frequency_min_hz=10e-6,
    sample_period_min_s=0.2e-3,
    current_range_min_a=100e-12,
    voltage_range_min_v=1e-3,
    baud_rate=921_600,
)


def model_for(firmware_id: str) -> Model:
    """Find the model by the six letters at the start of its firmware answer.

    Raises ``WrongInstrumentError`` for a boot loader and for an id this driver does not know.
    """
    match firmware_id:
        case "espico":
            return EMSTAT_PICO
        case "es4_lr" | "mes4lr":
            return EMSTAT4_LR
        case "es4_hr" | "mes4hr":
            return EMSTAT4_HR
        case "nexus1":
            return NEXUS
    if firmware_id.startswith(("espbl", "es4_bl")):
        raise WrongInstrumentError(
            f"the instrument is in its boot loader ({firmware_id!r}): restart it"
        )
    raise WrongInstrumentError(
        f"firmware id {firmware_id!r} is not one of espico, es4_lr, es4_hr, mes4lr, mes4hr, nexus1"
    )
