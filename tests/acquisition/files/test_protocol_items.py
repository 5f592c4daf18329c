"""Items of a sequence that are whole measurements: their segments, tags and refusals."""

import pytest
from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocol_basis import CellLacksError
from solidcell.acquisition.files.protocols import build_plan, load_protocol
from solidcell.acquisition.files.yaml_lines import FileError
from solidcell.acquisition.preview.healthy_judge import HealthyJudge
from solidcell.drivers.readings import Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Potentiostatic,
    Rest,
    SegmentEnd,
    SegmentResult,
    SetStackPressure,
)
from support.paper_battery import PaperBattery
from support.scripted_judge import carried_out
from support.settings_files import SMALL_CELL, written

FULL_CELL = SMALL_CELL + "active_mass_mg: 8\n"
ONE_C_A = 200.0 * 8e-3 * 1e-3
OF_CELL = "{segment: cycling, one_c_mah_g: 200, voltage_min_v: 2.5, voltage_max_v: 4.25, "


@pytest.fixture
def segments(tmp_path):
    def make(item, answer=None, cell=FULL_CELL):
        text = f"protocol: sequence\nsegments:\n  - {item}\n"
        protocol = load_protocol(written(tmp_path, "p.yaml", text))
        loaded = load_cell(written(tmp_path, "cell.yaml", cell))
        plan = build_plan(protocol, loaded, HealthyJudge())
        asked, _ = carried_out(plan, answer or (lambda s: SegmentResult(end=SegmentEnd.COMPLETED)))
        return [s for s in asked if not isinstance(s, Mark)]

    return make


def refusal(tmp_path, item):
    path = written(tmp_path, "p.yaml", f"protocol: sequence\nsegments:\n  - {item}\n")
    with pytest.raises(FileError) as caught:
        load_protocol(path)
    return str(caught.value)


def test_a_polarisation_holds_each_voltage_with_a_rest_between_and_a_spectrum_before(segments):
    asked = segments("{segment: dc_polarisation, voltages_v: [0.1, 0.2, 0.3], hold_h: 1}")
    kinds = [type(s).__name__ for s in asked]
    assert kinds == [
        "Rest", "ImpedanceSweep", "Potentiostatic", "Rest", "Potentiostatic", "Rest",
        "Potentiostatic",
    ]  # fmt: skip
    held = [s for s in asked if isinstance(s, Potentiostatic)]
    assert [s.tags["set_voltage_v"] for s in held] == [s.voltage_v for s in held] == [0.1, 0.2, 0.3]
    assert {s.tags["measurement"] for s in asked} == {"dc_polarisation"}
    assert {s.duration_s for s in held} == {3600.0}


def test_a_hold_that_is_sampled_less_often_later_on_lasts_as_long_in_two_segments(segments):
    item = (
        "{segment: dc_polarisation, voltages_v: [0.5], hold_h: 1, impedance_before: none, "
        "later_sample_period_s: 60, later_after_min: 10}"
    )
    first, later = segments(item)
    assert (first.duration_s, later.duration_s) == (600.0, 3000.0)
    assert (first.sample_period_s, later.sample_period_s) == (1, 60)
    assert first.tags == later.tags


def test_the_second_spectrum_of_bruce_and_vincent_is_about_the_voltage_that_is_held(segments):
    asked = segments("{segment: bruce_vincent, voltage_mv: 10}")
    before, after = (s for s in asked if isinstance(s, ImpedanceSweep))
    assert (before.bias, after.bias) == (0.0, 0.01)
    held = [s for s in asked if isinstance(s, Potentiostatic)]
    assert sum(s.duration_s for s in held) == pytest.approx(6 * 3600.0)
    assert {s.voltage_v for s in held} == {0.01}


def test_pressures_go_up_and_down_again_each_with_its_direction(segments):
    asked = segments("{segment: pressure_series, stack_pressures_mpa: [5, 20, 50]}")
    pressed = [s for s in asked if isinstance(s, SetStackPressure)]
    assert [s.pressure_pa for s in pressed] == [5e6, 20e6, 50e6, 20e6, 5e6]
    assert [s.tags["direction"] for s in pressed] == [1, 1, 1, -1, -1]
    assert pressed[0].tolerance_pa == pytest.approx(0.15e6)
    assert sum(isinstance(s, ImpedanceSweep) for s in asked) == 5


def test_cycling_numbers_its_cycles_from_formation_on_and_goes_by_the_declared_capacity(segments):
    item = OF_CELL + "cycles: 3, charge_rate_c: 0.5, formation_cycles: 2, formation_rate_c: 0.1}"
    asked = segments(item)
    driven = [s for s in asked if isinstance(s, Galvanostatic)]
    assert [s.tags["cycle"] for s in driven[::2]] == [0, 1, 2, 3, 4]
    assert [s.tags["phase"] for s in driven[::2]] == ["formation"] * 2 + ["cycling"] * 3
    assert [s.tags["direction"] for s in driven[:2]] == [1, -1]
    assert driven[0].current_a == pytest.approx(0.1 * ONE_C_A)
    assert driven[-1].current_a == pytest.approx(-0.5 * ONE_C_A)
    assert driven[-1].tags["rate_c"] == 0.5
    assert driven[-1].duration_s == pytest.approx(1.5 * 7200.0)


def test_a_discharge_may_come_first_and_a_current_density_needs_no_capacity(segments):
    item = (
        "{segment: cycling, voltage_min_v: 2.5, voltage_max_v: 4.25, cycles: 1, first: discharge, "
        "charge_density_ma_cm2: 0.5, half_cycle_max_h: 4}"
    )
    first, _, second, _ = segments(item, cell=SMALL_CELL)
    assert first.current_a == pytest.approx(-0.5e-3 * 0.785) == -second.current_a
    assert first.duration_s == 4 * 3600.0
    assert "rate_c" not in first.tags


def test_a_new_cell_below_its_lowest_voltage_can_be_charged(segments):
    charge, _, discharge, _ = segments(OF_CELL + "cycles: 1, charge_rate_c: 0.5}")
    assert (charge.voltage_min_v, charge.voltage_max_v) == (2.0, 4.25)
    assert (discharge.voltage_min_v, discharge.voltage_max_v) == (2.5, 4.45)


def test_a_hold_after_the_charge_ends_once_the_current_is_small(segments):
    asked = segments(OF_CELL + "cycles: 1, charge_rate_c: 0.5, hold_until_rate_c: 0.05}")
    (held,) = (s for s in asked if isinstance(s, Potentiostatic))
    assert held.voltage_v == 4.25
    assert held.watch(Reading(600.0, 4.25, 0.051 * ONE_C_A)) is None
    assert "has fallen below" in held.watch(Reading(600.0, 4.25, 0.049 * ONE_C_A))
    assert held.watch(Reading(1.0, 4.25, 0.0)) is None  # it has only just begun
    assert held.current_max_a > 0.5 * ONE_C_A


def test_cycling_ends_once_the_capacity_has_fallen(segments):
    battery = PaperBattery(capacity_c=ONE_C_A * 3600.0, fade=0.05)
    item = OF_CELL + "cycles: 50, charge_rate_c: 0.5, until: {capacity_below_percent: 80}}"
    asked = segments(item, battery.answer)
    cycles = 1 + max(s.tags["cycle"] for s in asked)
    assert 0.95 ** (cycles - 1) < 0.8 <= 0.95 ** (cycles - 2)


def test_rates_come_one_after_the_other_and_the_first_once_more(segments):
    item = OF_CELL.replace("cycling", "rate_capability") + "rates_c: [0.1, 1], cycles_per_rate: 2}"
    driven = [s for s in segments(item) if isinstance(s, Galvanostatic)]
    assert [s.tags["rate_c"] for s in driven[1::2]] == [0.1, 0.1, 1, 1, 0.1, 0.1]
    assert [s.tags["cycle"] for s in driven[1::2]] == [0, 1, 2, 3, 4, 5]


def test_pulses_go_to_one_cut_off_and_then_back_to_the_other(segments):
    battery = PaperBattery(capacity_c=ONE_C_A * 3600.0)
    asked = segments(OF_CELL.replace("cycling", "gitt") + "pulse_min: 65}", battery.answer)
    pulses = [s for s in asked if isinstance(s, Galvanostatic)]
    up = [s for s in pulses if s.tags["direction"] > 0]
    down = [s for s in pulses if s.tags["direction"] < 0]
    assert pulses == up + down
    assert len(up) == len(down) == 10  # a little more than a tenth of the capacity each
    assert [s.tags["pulse"] for s in up] == list(range(10))
    assert sum(isinstance(s, Rest) for s in asked) == 20
    assert battery.charge_c == pytest.approx(0.0, abs=1e-9)


def test_pulses_may_be_given_by_their_current_density(segments):
    item = OF_CELL.replace("cycling", "gitt") + "pulse_density_ma_cm2: 0.1}"
    pulse = segments(item)[0]
    assert pulse.current_a == pytest.approx(0.1e-3 * 0.785)
    assert pulse.tags["current_density_ma_cm2"] == pytest.approx(0.1)


def test_a_charged_cell_waits_between_cycles_that_tell_what_is_lost_for_good(segments):
    item = OF_CELL.replace("cycling", "self_discharge") + "hold_days: 14}"
    asked = segments(item)
    (wait,) = (s for s in asked if s.tags["phase"] == "hold")
    assert wait.duration_s == 14 * 86_400.0
    at = asked.index(wait)
    before = [s.current_a > 0 for s in asked[:at] if isinstance(s, Galvanostatic)]
    after = [s.current_a > 0 for s in asked[at:] if isinstance(s, Galvanostatic)]
    assert (before, after) == ([True, False, True], [False, True, False])
    assert [s.tags["cycle"] for s in asked if isinstance(s, Galvanostatic)] == [0, 0, 1, 1, 2, 2]


def test_a_choice_and_a_condition_stand_in_a_file_as_they_are_said(segments):
    item = (
        (
            "{segment: if, condition: {cut_off_reached: true}, "
            "then: [{segment: rest, duration_s: 1, name: yes}], "
            "otherwise: [{segment: rest, duration_s: 1, name: no}]}"
        )
        .replace("name: yes", 'name: "yes"')
        .replace("name: no", 'name: "no"')
    )
    assert [s.name for s in segments(item)] == ["no"]


def test_a_critical_current_test_in_a_sequence_is_the_one_it_would_be_alone(tmp_path, segments):
    test = "steps: {start_ma_cm2: 0.2, increment_ma_cm2: 0.2, stop_ma_cm2: 0.6}, half_cycle_h: 1"
    alone = load_protocol(
        written(tmp_path, "alone.yaml", f"{{protocol: critical_current, {test}}}\n")
    )
    cell = load_cell(written(tmp_path, "c.yaml", SMALL_CELL))
    plan = build_plan(alone, cell, HealthyJudge())
    asked, _ = carried_out(plan, lambda s: SegmentResult(end=SegmentEnd.COMPLETED))
    inside = segments(f"{{segment: critical_current, {test}}}")
    assert [s.name for s in inside] == [s.name for s in asked if not isinstance(s, Mark)]
    assert {s.tags["measurement"] for s in inside} == {"critical_current"}


def test_a_mass_that_the_cell_record_lacks_is_asked_for(segments):
    with pytest.raises(CellLacksError, match="has no active_mass_mg"):
        segments(OF_CELL + "cycles: 1, charge_rate_c: 0.1}", cell=SMALL_CELL)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (OF_CELL + "cycles: 1}", "needs charge_rate_c or charge_density_ma_cm2"),
        (OF_CELL + "cycles: 1, charge_density_ma_cm2: 1}", "needs half_cycle_max_h"),
        (
            OF_CELL + "cycles: 1, charge_rate_c: 1, capacity_mah: 1}",
            "either one_c_mah_g or capacity_mah, not both",
        ),
        (
            "{segment: cycling, voltage_min_v: 2, voltage_max_v: 4, cycles: 1, charge_rate_c: 1}",
            "a C-rate needs to be told what 1 C is",
        ),
        (OF_CELL.replace("2.5", "4.5") + "cycles: 1, charge_rate_c: 1}", "must be below voltage"),
        (OF_CELL + "cycles: 1, charge_rate_c: 1, formation_cycles: 1}", "needs formation_rate_c"),
        (
            "{segment: gitt, voltage_min_v: 2, voltage_max_v: 4}",
            "a C-rate needs to be told what 1 C is",
        ),
        (
            OF_CELL.replace("cycling", "gitt") + "pulse_rate_c: 1, pulse_density_ma_cm2: 1}",
            "either pulse_rate_c or pulse_density_ma_cm2",
        ),
        ("{segment: stability_window, oxidation_to_v: 5}", "electrode_type: is missing"),
        ("{segment: stability_window, electrode_type: planar}", "oxidation_to_v or reduction_to_v"),
        (
            "{segment: stability_window, electrode_type: planar, oxidation_to_v: 0, "
            "reduction_to_v: 1}",
            "must be above reduction_to_v",
        ),
        (
            "{segment: stability_window, electrode_type: planar, oxidation_to_v: 4, start_v: 4.5}",
            "must lie below oxidation_to_v",
        ),
        ("{segment: pressure_series, stack_pressures_mpa: [5, 5]}", "list them upwards"),
        ("{segment: interface_ageing, every_h: 2, total_h: 1}", "must be at least every_h"),
        ("{segment: plating_stripping, current_density_ma_cm2: 1}", "charge of a half-cycle"),
        (
            "{segment: repeat, count: 2, until: {}, segments: [{segment: rest, duration_s: 1}]}",
            "no condition is given",
        ),
        (
            "{segment: repeat, count: 2, until: {resistance_at_hz: 1}, "
            "segments: [{segment: rest, duration_s: 1}]}",
            "needs resistance_above_factor",
        ),
        (
            "{segment: repeat, count: 2, segments: [{segment: critical_current, half_cycle_h: 1, "
            "life: {current_density_ma_cm2: 1}}]}",
            "a sequence can have one critical_current",
        ),
    ],
)
def test_a_measurement_that_cannot_be_meant_is_refused_with_its_reason(tmp_path, item, words):
    assert words in refusal(tmp_path, item)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("half_cycle_h: 1", "exactly one of steps, ramp and life: a ladder"),
        (
            "half_cycle_h: 1\nlife: {current_density_ma_cm2: 1}\n"
            "steps: {start_ma_cm2: 1, increment_ma_cm2: 1, stop_ma_cm2: 2}",
            "and has steps and life",
        ),
        ("ramp: {ramp_ma_cm2_min: 0.1, stop_ma_cm2: 1}", "direction must be strip_working or"),
        (
            "direction: strip_working\nhalf_cycle_h: 1\n"
            "ramp: {ramp_ma_cm2_min: 0.1, stop_ma_cm2: 1}",
            "a ramp has no half-cycles",
        ),
        (
            "direction: strip_working\nramp: {ramp_ma_cm2_min: 0.1, stop_ma_cm2: 1}",
            "formation before a ramp needs its own",
        ),
        (
            "direction: strip_working\nformation: none\n"
            "ramp: {ramp_ma_cm2_min: 1e-6, stop_ma_cm2: 1}",
            "at most 20000 are allowed",
        ),
    ],
)
def test_a_variant_of_the_critical_current_that_cannot_be_meant_is_refused(
    tmp_path, settings, words
):
    path = written(tmp_path, "p.yaml", f"protocol: critical_current\n{settings}\n")
    with pytest.raises(FileError, match=words):
        load_protocol(path)


def test_one_way_the_lithium_of_all_steps_together_is_counted(tmp_path):
    text = (
        "protocol: critical_current\ndirection: strip_working\nhalf_cycle_h: 1\n"
        "steps: {start_ma_cm2: 1, increment_ma_cm2: 1, stop_ma_cm2: 3}\n"
    )
    cell = load_cell(written(tmp_path, "c.yaml", SMALL_CELL + "lithium_thickness_um: 20\n"))
    warnings = load_protocol(written(tmp_path, "p.yaml", text)).warnings_for(cell)
    assert any("strips 29.1 µm" in text for text in warnings)  # 6 mAh/cm²
