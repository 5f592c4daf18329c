"""Verdicts on tests that go one way, climb a ramp, or stay at one current until the end."""

import math
from dataclasses import replace

import numpy as np
import pytest
from solidcell.acquisition.plans.critical_current_settings import Cycling, Ramp
from solidcell.analysis.critical_current import analyse_critical_current
from solidcell.analysis.run_rows import AuxiliaryTrace
from solidcell.analysis.runs import load_run
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings

HALF_CYCLE_S = 600.0
C_PER_MAH = 3.6


def recorded(path, cell, plan, **more):
    return load_run(record_test(path / "test.run.sqlite", cell, plan, **more))


def after(onset_s: float, resistance_ohm: float):
    return lambda t: resistance_ohm if t > onset_s else math.inf


def one_way(direction: int, densities_ma_cm2, half_cycle_s: float = HALF_CYCLE_S):
    steps = tuple(
        Cycling(
            current_density_a_m2=10 * j,
            half_cycle_s=half_cycle_s,
            cycles=1,
            directions=(direction,),
        )
        for j in densities_ma_cm2
    )
    return replace(settings((), half_cycle_s), steps=steps, formation=None, recovery=None)


def climbing(direction: int = 1, top_ma_cm2: float = 1.0, stairs: int = 40):
    densities = tuple(10 * top_ma_cm2 * (n + 1) / stairs for n in range(stairs))
    ramp = Ramp(current_densities_a_m2=densities, step_s=30.0, direction=direction)
    return replace(settings(()), formation=None, recovery=None, ramp=ramp)


def living(density_ma_cm2: float, blocks: int = 4, cycles: int = 2):
    block = Cycling(
        current_density_a_m2=10 * density_ma_cm2, half_cycle_s=HALF_CYCLE_S, cycles=cycles
    )
    plan = settings((), HALF_CYCLE_S)
    return replace(plan, steps=(block,) * blocks, formation=None, recovery=None, phase="life")


@pytest.mark.parametrize(("direction", "plated"), [(1, "counter"), (-1, "working")])
def test_a_short_in_a_one_way_test_is_on_the_electrode_that_is_plated(tmp_path, direction, plated):
    cell = PrescribedCell(short_ohm=after(2000.0, 15.0))
    plan = one_way(direction, (0.2, 0.3, 0.4, 0.5))
    result = analyse_critical_current(recorded(tmp_path, cell, plan))
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.3, 0.4)
    assert result.failure == "soft short"
    assert (result.plated_electrode, result.failed_electrode) == (plated, plated)
    assert result.confirmed_by_spectrum


@pytest.mark.parametrize(("direction", "stripped"), [(1, "working"), (-1, "counter")])
def test_lost_contact_in_a_one_way_test_is_on_the_electrode_that_is_stripped(
    tmp_path, direction, stripped
):
    def contact(t: float) -> float:
        return max(0.05, 1 - max(0.0, (t - 1800) / 1000) ** 3)

    cell = PrescribedCell(contact=contact)
    plan = one_way(direction, (0.2, 0.3, 0.4, 0.5))
    result = analyse_critical_current(recorded(tmp_path, cell, plan))
    assert result.failure == "contact loss"
    assert result.failed_electrode == stripped


@pytest.mark.parametrize("into_the_stair_s", [1.0, 15.0, 29.5])
def test_the_interval_of_a_ramp_holds_the_stair_of_the_short(tmp_path, into_the_stair_s):
    onset_s = 60.0 + 100.0 + 20 * 30.0 + into_the_stair_s  # on the stair of 0.525
    cell = PrescribedCell(short_ohm=after(onset_s, 8.0))
    result = analyse_critical_current(recorded(tmp_path, cell, climbing()))
    assert result.failure == "soft short"
    assert result.passed_ma_cm2 < 0.525 <= result.failed_ma_cm2
    assert result.failed_ma_cm2 - result.passed_ma_cm2 < 0.08
    assert result.evidence_grade == "B"
    assert "fell to" in result.evidence[0]


def test_a_ramp_that_only_its_spectrum_condemns_has_no_lower_bound(tmp_path):
    end_s = 60.0 + 100.0 + 40 * 30.0
    cell = PrescribedCell(short_ohm=after(end_s + 10.0, 15.0))
    result = analyse_critical_current(recorded(tmp_path, cell, climbing()))
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.0, 1.0)


def test_a_ramp_without_a_short_is_right_censored(tmp_path):
    result = analyse_critical_current(recorded(tmp_path, PrescribedCell(), climbing()))
    assert (result.passed_ma_cm2, result.failed_ma_cm2, result.failure) == (1.0, None, "none")


def test_a_life_is_the_charge_moved_until_the_half_cycle_of_the_alarm(tmp_path):
    cell = PrescribedCell(short_ohm=after(160.0 + 2 * (4 * HALF_CYCLE_S + 160.0) + 700.0, 15.0))
    result = analyse_critical_current(recorded(tmp_path, cell, living(0.5)))
    per_half_mah_cm2 = 0.5 * HALF_CYCLE_S / 3600
    assert result.life is not None
    assert result.life.half_cycles == 9
    assert result.life.sound_mah_cm2 == pytest.approx(9 * per_half_mah_cm2, rel=0.02)
    assert result.life.failed_mah_cm2 == pytest.approx(9.2 * per_half_mah_cm2, rel=0.02)
    assert (result.passed_ma_cm2, result.failed_ma_cm2) == (0.0, 0.5)
    assert result.interval.startswith("life at 0.5 mA/cm²: failed between")


def test_a_life_whose_end_only_a_spectrum_shows_lies_somewhere_in_the_block(tmp_path):
    cell = PrescribedCell(short_ohm=after(160.0 + 2 * (4 * HALF_CYCLE_S + 160.0) - 130.0, 60.0))
    result = analyse_critical_current(recorded(tmp_path, cell, living(0.5)))
    per_half_mah_cm2 = 0.5 * HALF_CYCLE_S / 3600
    assert result.failure == "soft short"
    assert result.life is not None
    assert result.life.sound_mah_cm2 == pytest.approx(4 * per_half_mah_cm2, rel=0.02)
    assert result.life.failed_mah_cm2 == pytest.approx(8 * per_half_mah_cm2, rel=0.02)


def test_a_life_that_outlasts_the_test_is_right_censored(tmp_path):
    result = analyse_critical_current(recorded(tmp_path, PrescribedCell(), living(0.5, 2)))
    assert result.life is not None
    assert result.life.failed_mah_cm2 is None
    assert result.life.sound_mah_cm2 == pytest.approx(8 * 0.5 / 6, rel=0.02)
    assert "right-censored" in result.interval
    assert result.as_json()["life"]["half_cycles"] == 8


def with_reference(run, working_share, *, in_a_sequence=False):
    """The run as if a reference electrode had been read; the share is that of the voltage."""
    value = working_share(run.time_s) * run.voltage_v
    trace = AuxiliaryTrace(time_s=run.time_s, value=value, unit="V")
    protocol = {**run.header.protocol, "reference": "ring"}
    if in_a_sequence:
        test = {"segment": "critical_current", "reference": "ring"}
        protocol = {"protocol": "sequence", "segments": [{"segment": "rest"}, test]}
    return replace(run, header=replace(run.header, protocol=protocol), auxiliary={"ring": trace})


@pytest.mark.parametrize("in_a_sequence", [False, True])
def test_a_reference_electrode_tells_which_side_lost_its_contact(tmp_path, in_a_sequence):
    cell = PrescribedCell(contact=lambda t: max(0.05, 1 - max(0.0, (t - 1800) / 1000) ** 3))
    run = recorded(tmp_path, cell, one_way(1, (0.2, 0.3, 0.4, 0.5)))
    healthy_v = 0.5 * 60e-4 * run.current_a / cell.area_m2

    def of_the_other_side(time_s):
        return np.divide(healthy_v, run.voltage_v, where=run.voltage_v != 0, out=0 * time_s + 0.5)

    seen = with_reference(run, of_the_other_side, in_a_sequence=in_a_sequence)
    result = analyse_critical_current(seen)
    assert result.failure == "contact loss"
    assert result.failed_electrode == "counter"  # though the working electrode was stripped
    assert any("against the reference electrode" in text for text in result.evidence)


@pytest.mark.parametrize("falls", ["working", "counter"])
def test_a_stripping_limit_by_reference_is_that_of_the_side_whose_voltage_rises(tmp_path, falls):
    """The contact is lost from 1800 s on; of the whole cell's voltage it is the stripped side."""
    cell = PrescribedCell(contact=lambda t: max(0.3, 1 - max(0.0, (t - 1800) / 3000) ** 2))
    run = recorded(tmp_path, cell, one_way(1, (0.2, 0.3, 0.4, 0.5, 0.6)))
    healthy_v = 30e-4 * run.current_a / cell.area_m2
    steady = np.divide(healthy_v, run.voltage_v, where=run.voltage_v != 0, out=0 * healthy_v + 0.5)
    share = {"working": 1 - steady, "counter": steady}[falls]
    (whole,) = analyse_critical_current(run).stripping
    (limit,) = analyse_critical_current(with_reference(run, lambda _: share)).stripping
    assert whole.failed_ma_cm2 is not None
    assert not whole.by_reference
    assert limit.by_reference
    assert (limit.failed_ma_cm2 is None) == (falls == "counter")
    if falls == "counter":
        assert limit.passed_ma_cm2 > whole.passed_ma_cm2


def test_parts_of_a_longer_protocol_that_are_no_such_test_are_left_out(tmp_path):
    run = recorded(tmp_path, PrescribedCell(), one_way(1, (0.2, 0.3)))
    other = tuple(
        replace(s, tags={**s.tags, "measurement": "cycling"}) if s.tags.get("step") == 1 else s
        for s in run.segments
    )
    assert analyse_critical_current(replace(run, segments=other)).passed_ma_cm2 == 0.2


def test_a_run_of_other_measurements_alone_is_refused(tmp_path):
    run = recorded(tmp_path, PrescribedCell(), one_way(1, (0.2,)))
    other = tuple(replace(s, tags={**s.tags, "measurement": "cycling"}) for s in run.segments)
    for segments in (other, ()):
        with pytest.raises(ValueError, match="no segment is tagged as part of a critical-current"):
            analyse_critical_current(replace(run, segments=segments))
