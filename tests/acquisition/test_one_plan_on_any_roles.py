"""The same plan runs unchanged on any combination of devices that can do what it asks for."""

import pytest
from solidcell.acquisition.instruments.combined import Combined
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.acquisition.worker.run_channel import RunReason
from solidcell.acquisition.worker.surroundings import Surroundings
from solidcell.drivers.e4980a import e4980a
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.segments import Galvanostatic, ImpedanceSweep, Rest, SetTemperature
from solidcell.drivers.simulated.catalogue import TWINS
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink
from support.oven_share import OvenShare
from support.worker_bench import Bench


def warm(temperature_k):
    return SetTemperature(
        temperature_k=temperature_k, tolerance_k=0.5, stable_s=2400.0, timeout_s=20_000.0
    )


SWEEP = ImpedanceSweep(
    frequency_max_hz=1e5, frequency_min_hz=1e3, points_per_decade=2, amplitude=0.02
)
SPECTRA = (warm(303.15), SWEEP, warm(323.15), SWEEP)
CYCLED = (
    Rest(duration_s=30.0, sample_period_s=10.0),
    Galvanostatic(
        current_a=1e-4, duration_s=60.0, voltage_min_v=-1.0, voltage_max_v=1.0, sample_period_s=10.0
    ),
    SWEEP,
    Rest(duration_s=30.0, sample_period_s=10.0),
)


def wire(rig, name):
    kind = TWINS[name]
    return InProcessLink(kind.make(rig, kind.models[0]), rig.clock)


def potentiostat(rig):
    return MethodScriptPotentiostat(wire(rig, "methodscript"), clock=rig.clock)


def analyser(rig):
    return e4980a(LineLink(wire(rig, "e4980a")), clock=rig.clock)


def source_and_analyser(rig):
    source = HostSequencer(Keithley2450(LineLink(wire(rig, "keithley_2450"))), rig.clock)
    return Combined(source, analyser(rig))


def run(folder, plan, make):
    folder.mkdir()
    bench = Bench(folder)
    rig = load_rig("llzo", bench.clock, seed=4)
    bench.device = make(rig)
    around = Surroundings(bench.clock, OvenShare(bench.clock, rig.oven))
    bench.run(*plan, surroundings=around, planned=plan)
    bench.device.close()
    return bench


@pytest.mark.slow
def test_a_series_of_spectra_comes_out_the_same_from_any_roles(tmp_path):
    made = [
        run(tmp_path / make.__name__, SPECTRA, make)
        for make in (potentiostat, source_and_analyser, analyser)
    ]
    assert {bench.end.reason for bench in made} == {RunReason.COMPLETED}
    assert {tuple(s.kind for s in bench.segments) for bench in made} == {
        ("SetTemperature", "ImpedanceSweep") * 2
    }
    for first, second, third in zip(*(bench.points for bench in made), strict=True):
        z = [complex(p.z_real_ohm, p.z_imag_ohm) for p in (first, second, third)]
        assert z[1] == pytest.approx(z[0], rel=0.03)
        assert z[2] == pytest.approx(z[0], rel=0.03)
        assert first.temperature_k == pytest.approx(third.temperature_k, abs=0.2)
    assert [bool(bench.readings) for bench in made] == [True, True, False]


@pytest.mark.slow
def test_currents_and_spectra_come_out_the_same_from_one_device_and_from_two(tmp_path):
    made = [
        run(tmp_path / make.__name__, CYCLED, make) for make in (potentiostat, source_and_analyser)
    ]
    ohmic_v = []
    for bench in made:
        assert bench.end.reason is RunReason.COMPLETED
        assert [s.kind for s in bench.segments] == [type(s).__name__ for s in CYCLED]
        plated = [r for r in bench.readings if r.segment == 1]
        assert plated[-1].current_a == pytest.approx(1e-4, rel=0.01)
        ohmic_v.append(plated[-1].voltage_v)
    assert ohmic_v[0] == pytest.approx(ohmic_v[1], rel=0.05)
    assert len({len(bench.points) for bench in made}) == 1
