"""Measurements that decide by what they measured decide the same once they are gone on with."""

from dataclasses import replace

import pytest
from solidcell.acquisition.plans.conditions import ElapsedAbove, VoltageBeyond
from solidcell.acquisition.plans.interface_ageing import InterfaceAgeing, interface_ageing
from solidcell.acquisition.plans.pieces import spectrum_at_rest
from solidcell.acquisition.plans.plating_stripping import PlatingStripping, plating_stripping
from solidcell.acquisition.plans.sequence import Choice, Procedure, Repeat, sequence
from solidcell.drivers.segments import Galvanostatic, ImpedanceSweep, Mark
from support.broken_off import Told, gone_on_with, whole_run
from support.resistor_device import ResistorDevice

SWEEP = ImpedanceSweep(
    frequency_max_hz=1e5, frequency_min_hz=1e3, points_per_decade=1, amplitude=0.01
)
PLATE = Galvanostatic(
    current_a=1e-3, duration_s=20.0, voltage_min_v=-5.0, voltage_max_v=5.0, sample_period_s=1.0
)
AGEING = InterfaceAgeing(every_s=60.0, total_s=180.0, impedance=SWEEP, sample_period_s=7.0)
LIFE = PlatingStripping(
    current_density_a_m2=10.0,
    electrode_area_m2=1e-4,
    half_cycle_s=20.0,
    cycles=6,
    rest_s=11.0,
    impedance=SWEEP,
    spectrum_every=2,
    voltage_limit_v=0.5,
    sample_period_s=1.0,
)
PLANS = {
    "ageing": (lambda: sequence([Procedure(lambda: interface_ageing(AGEING))]), 23),
    "life": (lambda: sequence([Procedure(lambda: plating_stripping(LIFE))]), 50),
    "condition": (
        lambda: sequence(
            [
                Repeat(9, (PLATE,), ElapsedAbove(50.0)),
                Procedure(lambda: spectrum_at_rest(12.0, SWEEP)),
                Choice(VoltageBeyond(0.05), (PLATE,), (Mark(label="weak"),)),
                PLATE,
            ]
        ),
        45,
    ),
}


def growing(clock):
    """A cell whose resistance grows with time, and which has a voltage of its own."""
    device = ResistorDevice(clock)

    def distort(reading):
        grown_v = 1e-3 * clock.now_s() * (1 if reading.current_a >= 0 else -1)
        return replace(reading, voltage_v=reading.voltage_v + 0.05 + grown_v)

    device.distort = distort
    return device


@pytest.mark.parametrize("name", PLANS)
def test_a_measurement_that_broke_off_ends_as_it_would_have(tmp_path, name):
    plan, cut = PLANS[name]
    copies = whole_run(tmp_path / "w.run.sqlite", plan(), photographed_at={cut}, device=growing)
    whole = Told(tmp_path / "w.run.sqlite")
    (copy,) = copies
    before = Told(copy)
    assert 0 < len(before.segments) < len(whole.segments)
    gone_on_with(copy, plan(), device=growing)
    after = Told(copy)
    assert after.end.body["reason"] == whole.end.body["reason"] == "completed"
    roots = [row for row in after.segments if "continues" not in row.tags]
    assert [(r.kind, r.tags) for r in roots[: len(before.segments)]] == [
        (r.kind, r.tags) for r in whole.segments[: len(before.segments)]
    ]
    assert any("continues" in row.tags for row in after.segments)
