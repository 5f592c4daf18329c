"""Every protocol of the library is right, can be told beforehand, and comes to its end."""

import math

import pytest
from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocol_library import from_library, library
from solidcell.acquisition.files.protocol_map import tests_of as map_tests
from solidcell.acquisition.files.protocols import build_plan, load_protocol, protocol_of
from solidcell.acquisition.preview.healthy_judge import HealthyJudge
from solidcell.acquisition.preview.preview import preview
from solidcell.drivers.segments import Galvanostatic, SegmentEnd, SegmentResult
from support.paper_battery import PaperBattery
from support.scripted_judge import carried_out
from support.settings_files import SMALL_CELL, written

ENTRIES = {entry.name: entry for entry in library()}
FULL_CELLS = ("cycling", "formation", "gitt", "rate_capability", "self_discharge")
CAPACITY_C = 200.0 * 8e-3 * 3.6


def protocol_named(name):
    path = ENTRIES[name].path
    if name == "ccd_map_sulfide":
        return protocol_of(map_tests(path)[0].document)
    return load_protocol(path)


@pytest.fixture
def cell(tmp_path):
    return load_cell(written(tmp_path, "cell.yaml", SMALL_CELL + "active_mass_mg: 8\n"))


@pytest.mark.parametrize("name", ENTRIES)
def test_a_protocol_of_the_library_is_right_and_its_course_is_known_beforehand(name, cell):
    protocol = protocol_named(name)
    told = preview(
        build_plan(protocol, cell, HealthyJudge()), cell.electrode_area_m2, protocol.limits
    )
    assert told.outcome.startswith("completed")
    assert told.problems == ()
    assert 0 < told.duration_s < math.inf
    assert told.charge_c >= 0
    for times_s, values in (
        told.current_density(), told.voltage(), told.temperature(), told.stack_pressure(),
    ):  # fmt: skip
        assert len(times_s) == len(values)
        assert list(times_s) == sorted(times_s)
        assert all(0 <= t <= told.duration_s * (1 + 1e-9) for t in times_s)


@pytest.mark.parametrize("name", FULL_CELLS)
def test_a_protocol_for_full_cells_ends_on_a_cell_that_fades_with_all_charge_given_back(name, cell):
    battery = PaperBattery(capacity_c=CAPACITY_C, fade=0.002)
    plan = build_plan(protocol_named(name), cell, HealthyJudge())
    asked, outcome = carried_out(plan, battery.answer)
    assert outcome.startswith("completed")
    assert battery.charge_c == pytest.approx(0.0, abs=1e-3 * CAPACITY_C)
    assert sum(isinstance(s, Galvanostatic) for s in asked) >= 6


def test_the_preview_of_cycling_takes_the_time_and_the_charge_of_its_rates(cell):
    told = preview(
        build_plan(protocol_named("formation"), cell, HealthyJudge()), cell.electrode_area_m2
    )
    assert told.charge_c == pytest.approx(3 * 2 * CAPACITY_C)
    driven_s = sum(p.duration_s for p in told.segments if p.current_a)
    assert driven_s == pytest.approx(3 * 2 * 20 * 3600.0)


def test_every_protocol_says_what_it_is_for():
    for entry in ENTRIES.values():
        assert 20 < len(entry.title) < 160, entry.name
        assert entry.about.count(".") >= 1


def test_a_name_that_the_library_has_not_is_answered_with_the_nearest():
    assert from_library("gitt.yaml").name == "gitt"
    with pytest.raises(ValueError, match="did you mean 'gitt'"):
        from_library("git")


def test_a_result_without_a_reading_leads_no_plan_of_the_library_astray(cell):
    """As when everything is skipped: each plan still comes to an end."""
    for name in ("stability_window_planar", "interface_ageing", "cycling", "ccd_ramp_sulfide"):
        plan = build_plan(protocol_named(name), cell, HealthyJudge())
        _, outcome = carried_out(plan, lambda s: SegmentResult(end=SegmentEnd.SKIPPED))
        assert outcome
