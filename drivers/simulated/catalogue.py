"""All twins by name: which models each has, and how it is wired to a rig.

A twin is added by an entry in ``TWINS``; what it needs is imported only when it is made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from .rig import Rig
from .twin import ManyHosts, Twin

RAW_SOCKET: Final = "TCPIP0::{host}::{port}::SOCKET"
SERIAL_SOCKET: Final = "socket://{host}:{port}"
GPIB_ADAPTER: Final = "PRLGX-TCPIP0::{{host}}::{{port}}::GPIB0::{}::INSTR"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinKind:
    """One kind of twin. The first of ``models`` is made unless another is asked for.

    ``make(rig, model)`` wires a new one to the rig. ``address`` is what stands in a bench file,
    with ``{host}`` and ``{port}``. ``driver`` is the bench file's name for it, if not the twin's
    own, and ``options`` what the driver must be told there. ``cells``: how many it is wired to
    (the rig of ``solidcell twin`` has as many). ``many_hosts``: ``make`` returns a ``ManyHosts``.
    ``simulates`` is one line for the list.
    """

    models: tuple[str, ...]
    make: Callable[[Rig, str], Twin | ManyHosts]
    address: str
    simulates: str
    driver: str = ""
    options: Mapping[str, str | float | bool] = field(default_factory=dict)
    cells: int = 1
    many_hosts: bool = False


def _methodscript(rig: Rig, model: str) -> Twin:
    from .methodscript.twin import MethodScriptTwin

    return MethodScriptTwin(rig.front_end(), rig.clock, model=model)


def _keithley_2450(rig: Rig, model: str) -> Twin:
    from .keithley_2450.twin import Keithley2450Twin

    return Keithley2450Twin(rig.front_end(), rig.clock, model=model)


def _keithley_6221(rig: Rig, model: str) -> Twin:
    from .keithley_6221.twin import Keithley6221Twin

    return Keithley6221Twin(rig.front_end(), rig.clock, model)


def _keysight_b2900(rig: Rig, model: str) -> Twin:
    from .keysight_b2900.twin import KeysightB2900Twin
    from .open_terminals import OpenTerminals

    first = rig.front_end()
    has_two = model in ("B2902A", "B2912A")
    return KeysightB2900Twin([first, OpenTerminals()] if has_two else [first], rig.clock, model)


def _keithley_2400(rig: Rig, model: str) -> Twin:
    from .keithley_2400.twin import Keithley2400Twin

    return Keithley2400Twin(rig.front_end(), rig.clock, model=model)


def _julabo(rig: Rig, model: str) -> Twin:
    from .julabo_twin import JulaboTwin

    return JulaboTwin(rig.oven, rig.clock, model=model)


def _lake_shore_336(rig: Rig, model: str) -> Twin:
    from .lake_shore_twin import lake_shore_twin

    return lake_shore_twin(rig.oven, rig.clock, model)


def _load_cell(rig: Rig, model: str) -> Twin:
    from .gauges import PRESS_AREA_MM2, LoadCellTwin

    del model
    return LoadCellTwin(lambda at_s: rig.stack_pressure_pa(at_s) * PRESS_AREA_MM2 * 1e-6, rig.clock)


def _thermometer(rig: Rig, model: str) -> Twin:
    from .gauges import thermometer_twin

    del model
    return thermometer_twin(rig.oven.temperature_k, rig.clock)


def _reference_voltmeter(rig: Rig, model: str) -> Twin:
    from .gauges import voltmeter_twin

    del model
    return voltmeter_twin(rig.working_vs_reference_v, rig.clock)


def _eurotherm_3200(rig: Rig, model: str) -> Twin:
    from .eurotherm_3200.twin import Eurotherm3200Twin

    del model  # they differ in size and in what is wired to them, not on the bus
    return Eurotherm3200Twin(rig.oven, rig.clock)


def _neware(rig: Rig, model: str) -> ManyHosts:
    from .neware.server import NewareServer

    del model
    return NewareServer(rig, cells=len(rig.cells))


def _e4980a(rig: Rig, model: str) -> Twin:
    from .e4980a.settings import ELECTRONICS, FIXTURE
    from .e4980a.twin import E4980aTwin

    front_end = rig.front_end(FIXTURE.before(ELECTRONICS))
    return E4980aTwin(front_end, rig.clock, model, fixture=FIXTURE, corrected=True)


def _e4990a(rig: Rig, model: str) -> Twin:
    from .e4990a.settings import ELECTRONICS, FIXTURE
    from .e4990a.twin import E4990aTwin

    front_end = rig.front_end(FIXTURE.before(ELECTRONICS))
    return E4990aTwin(front_end, rig.clock, model, fixture=FIXTURE, compensated=True)


def _novocontrol_alpha(rig: Rig, model: str) -> Twin:
    from .novocontrol_alpha import NovocontrolAlphaTwin
    from .prologix import Instrument, PrologixTwin

    twin = NovocontrolAlphaTwin(rig.front_end(), rig.clock, model)
    return PrologixTwin(rig.clock, {5: Instrument(twin, ends_with_eoi=True)})


def _solartron_1260(rig: Rig, model: str) -> Twin:
    from .prologix import Instrument, PrologixTwin
    from .solartron.fra import FraTwin, OnCell

    return PrologixTwin(
        rig.clock, {4: Instrument(FraTwin(OnCell(rig.front_end()), rig.clock, model))}
    )


def _solartron_1287(rig: Rig, model: str) -> Twin:
    from .prologix import Instrument, PrologixTwin
    from .solartron.interface import InterfaceTwin

    del model
    return PrologixTwin(rig.clock, {6: Instrument(InterfaceTwin(rig.front_end(), rig.clock))})


def _solartron_pair(rig: Rig, model: str) -> Twin:
    from .prologix import Instrument, PrologixTwin
    from .solartron.fra import FraTwin
    from .solartron.interface import BehindInterface, InterfaceTwin

    interface = InterfaceTwin(rig.front_end(), rig.clock)
    analyser = FraTwin(BehindInterface(interface), rig.clock, model)
    return PrologixTwin(rig.clock, {4: Instrument(analyser), 6: Instrument(interface)})


def _zahner(rig: Rig, model: str) -> Twin:
    from .zahner_zennium import ZenniumTwin

    del model
    return ZenniumTwin(rig.front_end(), rig.clock)


def _maccor(rig: Rig, model: str) -> ManyHosts:
    from .maccor import MaccorSystem

    del model
    return MaccorSystem(rig, cells=len(rig.cells))


TWINS: Final[Mapping[str, TwinKind]] = MappingProxyType(
    {
        "methodscript": TwinKind(
            models=("nexus", "es4_hr", "es4_lr", "espico"),
            make=_methodscript,
            address=SERIAL_SOCKET,
            simulates="PalmSens potentiostats that run MethodSCRIPT, impedance included",
        ),
        "keithley_2450": TwinKind(
            models=("2450", "2460", "2461", "2470"),
            make=_keithley_2450,
            address=RAW_SOCKET,
            simulates="Keithley 2450, 2460, 2461 and 2470 source meters, SCPI command set",
        ),
        "keithley_2400": TwinKind(
            models=("2400", "2400-LV", "2401", "2410", "2420", "2425", "2430", "2440"),
            make=_keithley_2400,
            address=RAW_SOCKET,
            simulates="Keithley Series 2400 source meters",
        ),
        "keithley_6221": TwinKind(
            models=("6221", "6220"),
            make=_keithley_6221,
            address=RAW_SOCKET,
            simulates="a Keithley 6221 current source with a 2182A on its serial port",
        ),
        "keysight_b2900": TwinKind(
            models=("B2901A", "B2902A", "B2911A", "B2912A"),
            make=_keysight_b2900,
            address=RAW_SOCKET,
            simulates="Keysight B2900A source meters; the cell is on channel 1",
        ),
        "e4980a": TwinKind(
            models=("e4980a", "e4980a-001", "e4980al-100", "e4980al-050", "e4980al-030"),
            make=_e4980a,
            address=RAW_SOCKET,
            simulates="Keysight E4980A and E4980AL LCR meters, 20 Hz to 2 MHz, by option",
        ),
        "e4990a": TwinKind(
            models=("e4990a-120", "e4990a-050", "e4990a-030", "e4990a-020", "e4990a-010"),
            make=_e4990a,
            address=RAW_SOCKET,
            simulates="Keysight E4990A impedance analysers, 20 Hz to 120 MHz, by option",
        ),
        "julabo": TwinKind(
            models=("HL", "MAGIO", "FP50-MH"),
            make=_julabo,
            address=SERIAL_SOCKET,
            simulates="Julabo circulators, in remote mode",
        ),
        "lake_shore_336": TwinKind(
            models=("336", "335"),
            make=_lake_shore_336,
            address=RAW_SOCKET,
            simulates="Lake Shore 335 and 336 temperature controllers",
        ),
        "load_cell": TwinKind(
            models=("printing",),
            make=_load_cell,
            address=SERIAL_SOCKET,
            simulates="the indicator of a load cell under a cell of 78.5 mm2, in N",
            options={
                "unit": "N",
                "pattern": r"ST,GS,(?P<value>[+-]\d{6}\.\d) (?P<unit>N)",
                "area_mm2": 78.5,
            },
        ),
        "thermometer": TwinKind(
            models=("scpi",),
            make=_thermometer,
            address=RAW_SOCKET,
            simulates="a SCPI thermometer in the oven",
            driver="auxiliary_scpi",
            options={"query": "MEAS:TEMP?", "unit": "degC"},
        ),
        "reference_voltmeter": TwinKind(
            models=("scpi",),
            make=_reference_voltmeter,
            address=RAW_SOCKET,
            simulates="a SCPI voltmeter, working electrode against a reference in the electrolyte",
            driver="auxiliary_scpi",
            options={"query": "MEAS:VOLT?", "unit": "V"},
        ),
        "eurotherm_3200": TwinKind(
            models=("3216", "3208", "3204"),
            make=_eurotherm_3200,
            address=SERIAL_SOCKET,
            simulates="Eurotherm 3200 temperature controllers, Modbus RTU, slave 1",
        ),
        "maccor": TwinKind(
            models=("macnet",),
            make=_maccor,
            address="{host}:{port}/1",
            simulates="a Maccor system with 16 channels in direct mode, over MacNet",
            options={"voltage_min_v": -5.0, "voltage_max_v": 5.0},
            cells=16,
            many_hosts=True,
        ),
        "neware": TwinKind(
            models=("bts8",),
            make=_neware,
            address="{host}:{port}/21-1-1",
            simulates="a Neware BTS 8 server with 16 channels, each with a cell",
            options={"voltage_min_v": -5.0, "voltage_max_v": 5.0, "current_max_ma": 100.0},
            cells=16,
            many_hosts=True,
        ),
        "novocontrol_alpha": TwinKind(
            models=("AT", "AN", "AK", "AL"),
            make=_novocontrol_alpha,
            address=GPIB_ADAPTER.format(5),
            simulates="Novocontrol Alpha-A behind a GPIB adapter",
        ),
        "solartron_1260": TwinKind(
            models=("1260", "1260-schlumberger"),
            make=_solartron_1260,
            address=GPIB_ADAPTER.format(4),
            simulates="Solartron 1260 behind a GPIB adapter",
        ),
        "solartron_1287": TwinKind(
            models=("1287",),
            make=_solartron_1287,
            address=GPIB_ADAPTER.format(6),
            simulates="Solartron 1287 behind a GPIB adapter",
        ),
        "solartron_1287_1260": TwinKind(
            models=("1260", "1255B"),
            make=_solartron_pair,
            address=GPIB_ADAPTER.format(6),
            simulates="Solartron 1287 and an analyser (1260 or 1255B) behind one GPIB adapter",
            options={"analyser_address": 4},
        ),
        "zahner_zennium": TwinKind(
            models=("zennium",),
            make=_zahner,
            address="{host}:{port}",
            simulates="Zahner Zennium behind Thales",
        ),
    }
)
"""By the name that ``solidcell twin`` takes."""


def twin_kind(name: str) -> TwinKind:
    """Return a kind of twin. Raises ``ValueError`` naming those that there are."""
    if name not in TWINS:
        raise ValueError(f"{name!r} is not a twin; there are {', '.join(TWINS)}")
    return TWINS[name]


def make_twin(rig: Rig, name: str, model: str = "") -> Twin | ManyHosts:
    """Wire a new twin to ``rig``; its first model unless ``model`` names another.

    Raises ``ValueError`` for a name or a model that there is not.

    >>> from .rig import load_rig
    >>> from ..clock import JumpClock
    >>> twin = make_twin(load_rig("llzo", JumpClock()), "keithley_2450")
    >>> twin.receive(b"*IDN?\\n")
    b'KEITHLEY INSTRUMENTS,MODEL 2450,04400001,1.7.12b\\n'
    """
    kind = twin_kind(name)
    return kind.make(rig, checked_model(name, model))


def checked_model(name: str, model: str = "") -> str:
    """Return ``model``, or the first that the twin has. Raises ``ValueError`` for another."""
    models = twin_kind(name).models
    if model and model not in models:
        raise ValueError(f"{model!r} is not a model of {name}; there are {', '.join(models)}")
    return model or models[0]
