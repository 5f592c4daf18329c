"""What toolkitpy offers, as far as the driver uses it, before a resistor and one Debye element.

It has behaviour of its own: a curve samples on its own clock and ends by itself, a signal that
nobody holds is forgotten, an instrument that is taken cannot be opened again.
"""

import gc
import math
import weakref
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
from solidcell.drivers.clock import JumpClock
from support.methodscript_bench import DebyeCell

SECTION = "IFC1010-12345"
RECORD = np.dtype([("point", "i4"), ("time", "f8"), ("vf", "f8"), ("im", "f8")])


class Mode(Enum):
    PSTAT = 1
    GSTAT = 2


@dataclass(eq=False)
class Signal:
    """(seconds, level) of every sample."""

    period_s: float
    levels: list[float]
    mode: Mode


class Pstat:
    def __init__(self, toolkit, tag, section):
        if section not in toolkit.sections:
            raise RuntimeError(f"no such section: {section}")
        self.toolkit, self.section = toolkit, section
        self.cell_on, self.mode, self.level_v = False, Mode.PSTAT, 0.0
        self.signal = lambda: None
        self.range, self.opened, self.initialised = 11, False, False

    def open(self):
        if self.toolkit.taken:
            raise RuntimeError("DEVICE_IN_USE")
        self.toolkit.taken = self.opened = True

    def __getattr__(self, name):
        if name in {
            "set_i_convention",
            "set_ground",
            "set_ca_speed",
            "set_ie_stability",
            "set_pos_feed_enable",
            "set_analog_out",
            "set_ie_range_mode",
        }:
            return lambda value: self.toolkit.settings.__setitem__(name, value)
        raise AttributeError(name)

    def serial_no(self):
        return self.toolkit.serial

    def freq_limit_lower(self):
        return 1e-5

    def freq_limit_upper(self):
        return 2e6

    def set_ctrl_mode(self, mode):
        if self.cell_on:
            raise RuntimeError("the cell is on")
        self.mode = mode

    def test_ie_range(self, current_a):
        return max(1, math.ceil(math.log10(max(current_a, 1e-12))) + 12)

    def set_ie_range(self, number):
        self.range = number

    def set_voltage(self, voltage_v):
        self.level_v = voltage_v

    def measure_i(self):
        return self.toolkit.measured()[1]

    def cell(self):
        return self.cell_on

    def set_cell(self, on):
        self.toolkit.require_link()
        self.cell_on = bool(on) or self.toolkit.stuck
        self.drive(self.level_v if self.mode is Mode.PSTAT else 0.0)

    def drive(self, level):
        cell, now_s = self.toolkit.cell, self.toolkit.clock.now_s()
        if not self.cell_on:
            cell.open(now_s)
        elif self.mode is Mode.PSTAT:
            cell.drive_voltage(now_s, level, 10.0)
        else:
            cell.drive_current(now_s, level, 12.0)

    def signal_const_new(self, level, duration_s, period_s, mode):
        return Signal(period_s, [level] * (round(duration_s / period_s) + 1), mode)

    def signal_r_up_dn_new(self, corners, rates, holds, period_s, cycles, mode):
        levels = [corners[0]]
        for (a, b), rate in zip(pairwise(corners), rates, strict=True):
            steps = round(abs(b - a) / (rate * period_s))
            levels += [a + (b - a) * k / steps for k in range(1, steps + 1)]
        return Signal(period_s, levels, mode)

    def set_signal_const(self, signal):
        self.signal = weakref.ref(signal)

    set_signal_r_up_dn = set_signal_const

    def init_signal(self):
        self.initialised = True


@dataclass
class Curve:
    """Samples the cell at each period of the signal, as time goes by."""

    pstat: Pstat
    size: int
    stops: dict = field(default_factory=dict)

    def __post_init__(self):
        self.rows, self.began_s, self.over = [], None, True
        self.pstat.toolkit.curves.append(self)

    def run(self, automatic):
        gc.collect()
        if not self.pstat.initialised:
            raise RuntimeError("no signal")
        self.pstat.initialised, self.over = False, False
        self.began_s = self.pstat.toolkit.clock.now_s()
        signal = self.pstat.signal()
        self.pstat.drive(signal.levels[0] if signal else 0.0)

    def set_stop_i_max(self, on, value):
        self.stops["max"] = value if on else math.inf

    def set_stop_i_min(self, on, value):
        self.stops["min"] = value if on else -math.inf

    def live(self):
        kit, signal = self.pstat.toolkit, self.pstat.signal()
        if self.over:
            return
        if signal is None:  # nobody held it
            self.over = True
            return
        while (n := len(self.rows)) < len(signal.levels):
            at_s = self.began_s + n * signal.period_s
            if at_s > min(kit.clock.now_s(), kit.hangs_at_s):
                return
            kit.at_s = at_s
            if self.pstat.cell_on:
                drive = (
                    kit.cell.drive_voltage if signal.mode is Mode.PSTAT else kit.cell.drive_current
                )
                drive(at_s, signal.levels[n], 12.0)
            seen = kit.cell.measure(at_s)
            self.rows.append((n, at_s - self.began_s, seen.voltage_v, seen.current_a))
            if not self.stops.get("min", -99) <= seen.current_a <= self.stops.get("max", 99):
                break
        self.over = True

    def running(self):
        self.pstat.toolkit.require_link()
        self.live()
        return not self.over

    def stop(self):
        self.live()
        self.over = True

    def acq_data(self):
        self.pstat.toolkit.require_link()
        self.live()
        return np.array(self.rows[: self.size], dtype=RECORD)


class ReadZ:
    def __init__(self, pstat):
        self.pstat, self.zmod, self._z = pstat, 0.0, 0j

    def set_zmod(self, ohm):
        self.zmod = ohm

    def set_gain(self, gain): ...
    def set_speed(self, speed): ...
    def set_drift_cor(self, on): ...
    def set_vdc(self, voltage_v): ...
    def set_idc(self, current_a): ...

    def measure(self, frequency_hz, amplitude, dc):
        kit = self.pstat.toolkit
        kit.require_link()
        if kit.bad_points:
            kit.bad_points -= 1
            return False
        begun_s, lasts_s = kit.clock.now_s(), 0.2 + 2.0 / frequency_hz
        kit.clock.sleep_until(begun_s + lasts_s)
        self._z = kit.cell.impedance(begun_s, frequency_hz, lasts_s)
        return True

    @property
    def zreal(self):
        return self._z.real

    @property
    def zimag(self):
        return self._z.imag


class ToolkitDouble:
    """The module. ``sections`` are the instruments; the rest is what may go wrong with them."""

    PSTATMODE, GSTATMODE = Mode.PSTAT, Mode.GSTAT
    ICONVENTION = SimpleNamespace(ANODIC="anodic", CATHODIC="cathodic")
    FLOAT, CASPEED_NORM, STABILITY_NORM = "float", 2, 1
    OcvCurve = ChronoCurve = RcvCurve = Curve
    ReadZ = ReadZ

    def __init__(self, clock: JumpClock) -> None:
        self.clock, self.cell, self.at_s = clock, DebyeCell(c1_f=1e-3), 0.0
        self.sections, self.serial = [SECTION], "12345"
        self.taken = self.stuck = self.started = False
        self.reached, self.bad_points, self.hangs_at_s = True, 0, math.inf
        self.settings: dict[str, object] = {}
        self.curves: list[Curve] = []

    def toolkitpy_init(self, name):
        self.require_link()
        self.started = True

    def toolkitpy_close(self):
        self.started = self.taken = False

    def enum_sections(self):
        return list(self.sections)

    def Pstat(self, tag, section):  # noqa: N802  the maker's name
        return Pstat(self, tag, section)

    def pstat_is_valid(self, pstat):
        return self.reached and pstat.opened

    def require_link(self):
        if not self.reached:
            raise RuntimeError("the instrument does not answer")

    def measured(self):
        seen = self.cell.measure(self.clock.now_s())
        return seen.voltage_v, seen.current_a
