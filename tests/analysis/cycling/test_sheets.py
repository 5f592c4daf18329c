"""Sheets of a full cell, out of run files: numbers, units, and what they refuse to say."""

from dataclasses import replace
from pathlib import Path

import pytest
from solidcell.analysis.measurements import measurement
from solidcell.analysis.runs import load_run
from solidcell.analysis.sheets.columns import plotted_table
from solidcell.analysis.sheets.plot import in_legend
from solidcell.analysis.sheets.sheet import Sheet
from solidcell.drivers.simulated.full_cell.cell import NONE, FullCell
from support.full_cell_lab import AREA_M2, ONE_C_A, FullCellLab

RATE_TAGS = {"measurement": "rate_capability", "phase": "cycling"}


@pytest.fixture(scope="module")
def cycled() -> FullCellLab:
    lab = FullCellLab(FullCell(ageing=replace(NONE, formation=True)))
    lab.cycle(0.5, 0, measurement="cycling", phase="formation", rate_c=0.5)
    for number in range(1, 4):
        lab.rest(600.0, 300.0, measurement="cycling", phase="rest")
        lab.cycle(1.0, number, measurement="cycling", phase="cycling", rate_c=1.0)
    return lab


@pytest.fixture(scope="module")
def run_file(cycled, tmp_path_factory) -> Path:
    return cycled.write(tmp_path_factory.mktemp("cycled") / "a.run.sqlite")


def sheet(name: str, path: Path, **options) -> Sheet:
    return measurement(name).sheet([path], options)


def test_capacities_are_per_gram_of_a_named_material_and_per_area(cycled, run_file) -> None:
    made = sheet("cycling", run_file)
    per_gram = made.number("first_discharge_mah_g")
    per_area = made.number("first_discharge_mah_cm2")
    assert per_gram.note.startswith("per gram of NMC")
    mass_g = cycled.cell.active_mass_kg * 1e3
    assert per_gram.value * mass_g == pytest.approx(per_area.value * AREA_M2 * 1e4)
    assert 150 < per_gram.value < 200
    assert made.number("formation_loss_mah_g").value == pytest.approx(20.0, rel=0.1)
    assert made.number("retention_percent").value == pytest.approx(100.0, abs=0.5)
    assert made.number("efficiency_percent").value == pytest.approx(100.0, abs=0.5)
    assert "needs 6 or more" in made.number("fade_percent_per_cycle").refused


def test_the_cycle_table_keeps_every_cycle_with_its_ends(run_file) -> None:
    (table,) = sheet("cycling", run_file).tables
    assert table.columns["cycle"] == [0, 1, 2, 3]
    assert table.columns["phase"] == ["formation", "cycling", "cycling", "cycling"]
    assert table.columns["discharge_end"] == ["voltage limit"] * 4
    assert table.columns["charge_end"] == ["voltage limit"] * 4
    assert table.columns["retention_percent"][0] is None
    assert table.columns["current_density_ma_cm2"][1] == pytest.approx(ONE_C_A / AREA_M2 / 10)


def test_efficiency_is_drawn_on_a_scale_that_begins_at_95_percent(run_file) -> None:
    plot = sheet("cycling", run_file).plots[0]
    assert [panel.y.label for panel in plot.panels] == ["q / mAh g⁻¹ (NMC)", "q / mAh cm⁻²"]
    assert plot.panels[0].right.shown == (0.95, 1.005)
    drawn = dict.fromkeys(row[2] for row in plotted_table(plot).rows())
    assert list(drawn) == ["NMC-7, discharge", "NMC-7, efficiency"]


def test_profiles_grow_paler_from_the_first_cycle_to_the_last_and_only_these_are_named(
    run_file,
) -> None:
    (panel,) = sheet("cycling", run_file).plots[1].panels
    told = [words for item in panel.items if (words := in_legend(item))]
    assert told == ["charge 0", "discharge 0", "charge 3", "discharge 3"]
    assert {item.colour for item in panel.items} == {0}
    shades = [item.shade for item in panel.items]
    assert shades == sorted(shades)
    assert len(set(shades)) == 4


def test_without_a_mass_nothing_is_said_per_gram(cycled, tmp_path) -> None:
    path = cycled.write(tmp_path / "a.run.sqlite", active_mass_kg=None)
    made = sheet("cycling", path)
    assert made.number("first_charge_mah_g").refused == "the active mass is not known"
    assert made.number("first_charge_mah_cm2").value > 2.0
    assert "the active mass is not known" in made.refusals[0]
    given = sheet("cycling", path, active_mass_mg=10.0, active_mass_uncertainty_mg=0.5)
    number = given.number("first_charge_mah_g")
    assert number.standard_error / number.value == pytest.approx(0.05, rel=0.01)


def test_what_1c_is_comes_from_the_protocol_or_the_person_and_from_nobody_else(
    cycled, tmp_path
) -> None:
    untagged = FullCellLab(cycled.cell)
    untagged.segments = [
        replace(each, tags={k: v for k, v in each.tags.items() if k != "rate_c"})
        for each in cycled.segments
    ]
    path = untagged.write(tmp_path / "a.run.sqlite")
    (table,) = sheet("cycling", path).tables
    assert table.columns["rate_c"] == [None] * 4
    (table,) = sheet("cycling", path, one_c_mah_g=100.0).tables
    assert table.columns["rate_c"][1] == pytest.approx(2.0)


def test_a_shift_of_the_reference_moves_the_voltages_and_says_so(run_file) -> None:
    plain, shifted = sheet("cycling", run_file), sheet("cycling", run_file, reference_shift_v=0.62)
    name = "mean_discharge_voltage_v"
    assert shifted.number(name).value - plain.number(name).value == pytest.approx(0.62)
    assert any("+0.62 V shifted" in note for note in shifted.assumptions)


@pytest.fixture(scope="module")
def made_alike(cycled, tmp_path_factory) -> list[Path]:
    """Three runs whose currents differ; the third is a second test of the second cell."""
    folder, files = tmp_path_factory.mktemp("alike"), []
    for name, more in (("a", 1.0), ("b", 1.01), ("b", 1.02)):
        lab = FullCellLab(cycled.cell)
        lab.segments = [
            replace(each, rows=[(t, volts, more * amperes) for t, volts, amperes in each.rows])
            for each in cycled.segments
        ]
        files.append(lab.write(folder / f"{more}.run.sqlite", name=name))
    return files


def test_replicates_have_an_interval_over_cells(made_alike) -> None:
    made = measurement("cycling").sheet(made_alike, {})
    assert made.number("retention_percent").note == "mean of n = 3 cells"
    assert len(made.tables) == 3
    two = measurement("cycling").sheet(made_alike[:2], {})
    assert "needs 3 or more" in two.number("retention_percent").refused
    assert two.headline == "2 cells; an interval over replicates needs 3 or more"


def test_replicates_are_cells_and_a_run_counts_once(made_alike) -> None:
    told = measurement("cycling").sheet(made_alike, {}).warnings
    assert any(each.startswith("b: more than one test of the same cell") for each in told)
    with pytest.raises(ValueError, match="given more than once"):
        measurement("cycling").sheet([*made_alike, made_alike[0]], {})


def test_a_reference_that_is_not_there_is_said_in_the_headline(made_alike) -> None:
    missing = "cycle 99 is not there; the run has 0 to 3"
    alone = measurement("cycling").sheet(made_alike[:1], {"reference_cycle": 99})
    assert missing in alone.headline
    assert "no whole cycle" not in alone.headline
    together = measurement("cycling").sheet(made_alike, {"reference_cycle": 99})
    assert f"a is not counted among the cells: {missing}" in together.warnings


def test_dq_dv_of_chosen_cycles(run_file) -> None:
    made = sheet("incremental-capacity", run_file, cycles="1,3")
    assert [table.name for table in made.tables] == [
        "charge_1",
        "discharge_1",
        "charge_3",
        "discharge_3",
    ]
    assert "not smoothed" in made.headline
    assert max(made.tables[1].columns["dq_dv_mah_g_v"]) <= 0  # a discharge lies below
    with pytest.raises(ValueError, match="cycle 9 is not there; there are 0 to 3"):
        sheet("incremental-capacity", run_file, cycles="9")
    with pytest.raises(ValueError, match="numbers with commas"):
        sheet("incremental-capacity", run_file, cycles="first")


def test_a_rate_test_is_shown_against_both_rate_and_current_density(tmp_path) -> None:
    lab = FullCellLab()
    for number, rate_c in enumerate((0.5, 2.0, 0.5)):
        lab.rest(900.0, 300.0, **RATE_TAGS)
        lab.drive(rate_c, 4.3, 60, cycle=number, direction=1, rate_c=rate_c, **RATE_TAGS)
        lab.rest(900.0, 300.0, **RATE_TAGS)
        lab.drive(-rate_c, 3.0, 60, cycle=number, direction=-1, rate_c=rate_c, **RATE_TAGS)
    path = lab.write(tmp_path / "a.run.sqlite")
    made = sheet("rate-capability", path)
    (table,) = made.tables
    assert table.columns["rate_c"] == [0.5, 2.0, 0.5]
    assert table.columns["current_density_ma_cm2"] == pytest.approx([1.551, 6.204, 1.551], rel=1e-3)
    kept = made.number("fastest_share_percent")
    assert kept.value < 85
    assert 0 < kept.standard_error < 2  # 60 s between readings: up to 0.5 % of a discharge at 2 C
    assert made.headline.startswith(f"{kept.value:.1f}"[:3])
    assert "±" in made.headline
    assert made.number("recovered_percent").value == pytest.approx(100, abs=2)
    assert [panel.x.label for panel in made.plots[1].panels[:2]] == ["J / mA cm⁻²", "rate / C"]
    told = sheet("rate-capability", path, asr_ohm_cm2=50.0)
    assert told.tables[0].columns["ohmic_drop_mv"][1] == pytest.approx(50 * 6.204, rel=1e-3)
    assert told.tables[0].columns["ohmic_share_percent"][1] < 100
    assert not [each for each in told.warnings if "above 100 %" in each]
    above = sheet("rate-capability", path, asr_ohm_cm2=100.0)
    assert above.tables[0].columns["ohmic_share_percent"][1] > 100
    (warning,) = [each for each in above.warnings if "above 100 %" in each]
    assert "at 2 C (6.2 mA/cm²)" in warning
    assert measurement("rate-capability").suits(load_run(path))
    assert not measurement("gitt").suits(load_run(path))


def test_a_titration_gives_the_curve_and_asks_for_the_radius(tmp_path) -> None:
    lab = FullCellLab(FullCell(ageing=NONE, charge_fraction=0.4), noise_v=2e-5)
    lab.rest(3600.0, measurement="gitt", phase="relax")
    for number in range(5):
        lab.pulse(0.1, 600.0, 5.0, measurement="gitt", phase="pulse", pulse=number, direction=1)
        lab.rest(3600.0, measurement="gitt", phase="relax", direction=1)
    path = lab.write(tmp_path / "a.run.sqlite")
    asked = sheet("gitt", path)
    assert asked.number("diffusion_charge_cm2_s").refused == (
        "the radius of the particles is not given"
    )
    assert len(asked.tables[0]) == 6
    made = sheet("gitt", path, particle_radius_um=2.5, particle_radius_uncertainty_um=0.05)
    assert made.number("diffusion_charge_cm2_s").value == pytest.approx(1e-10, rel=0.15)
    pulses = made.tables[1].columns
    assert pulses["diffusion_low_cm2_s"][2] < pulses["diffusion_cm2_s"][2]
    assert pulses["overpotential_mv"][2] > 5.0


def test_a_share_of_a_first_rate_that_is_the_fastest_is_refused(tmp_path) -> None:
    lab = FullCellLab()
    for number, rate_c in enumerate((2.0, 1.0)):
        lab.drive(1.0, 4.3, 60, cycle=number, direction=1, rate_c=rate_c, **RATE_TAGS)
        lab.drive(-rate_c, 3.0, 60, cycle=number, direction=-1, rate_c=rate_c, **RATE_TAGS)
    made = sheet("rate-capability", lab.write(tmp_path / "a.run.sqlite"))
    assert "the first rate is the fastest" in made.number("fastest_share_percent").refused
    assert made.headline.startswith("2 rates, the first of them the fastest: 2 C")


def test_what_comes_back_is_refused_where_the_cycle_after_gives_less(tmp_path) -> None:
    """The last discharge ends at 3.7 V: it gives less than the one that ended the wait."""
    lab = FullCellLab(FullCell(ageing=replace(NONE, leak=True), separator_m=10e-6))
    tags = {"measurement": "self_discharge"}
    for number, end_v in enumerate((3.0, 3.0, 3.7)):
        lab.drive(0.5, 4.3, 120.0, cycle=number, direction=1, **tags)
        if number == 1:
            lab.rest(43_200.0, 600.0, cycle=1, phase="hold", **tags)
        lab.drive(-0.5, end_v, 120.0, cycle=number, direction=-1, **tags)
    made = sheet("self-discharge", lab.write(tmp_path / "a.run.sqlite"))
    came_back = made.number("reversible_percent")
    assert "less than the discharge that ended the wait" in came_back.refused
    assert made.number("irreversible_percent").value > 1


def test_a_wait_tells_the_loss_and_the_bound_of_the_electrolyte(tmp_path) -> None:
    lab = FullCellLab(FullCell(ageing=replace(NONE, leak=True), separator_m=10e-6))
    tags = {"measurement": "self_discharge"}
    lab.cycle(0.5, 0, phase="check", **tags)
    lab.drive(0.5, 4.3, 120.0, cycle=1, direction=1, phase="charge", **tags)
    lab.rest(43_200.0, 60.0, cycle=1, phase="hold", **tags)
    lab.drive(-0.5, 3.0, 120.0, cycle=1, direction=-1, phase="discharge", **tags)
    lab.cycle(0.5, 2, phase="check", **tags)
    path = lab.write(tmp_path / "a.run.sqlite", thickness_m=10e-6)
    made = sheet("self-discharge", path, electronic_conductivity_s_cm=5e-9)
    measured, bound = made.number("leak_ua_cm2"), made.number("ohmic_leak_ua_cm2")
    assert bound.value == pytest.approx(5e-9 * 4.2 / 10e-4 * 1e6, rel=0.02)
    assert measured.value == pytest.approx(bound.value, rel=0.1)
    assert made.number("self_discharge_percent_month").value > 5
    assert "is not given" in sheet("self-discharge", path).number("ohmic_leak_ua_cm2").refused


@pytest.mark.parametrize("name", ["rate-capability", "gitt", "self-discharge"])
def test_one_sheet_is_of_one_run(name, run_file) -> None:
    with pytest.raises(ValueError, match="one file, got 2"):
        measurement(name).sheet([run_file, run_file], {})


@pytest.mark.parametrize("name", ["gitt", "self_discharge"])
def test_rests_of_another_measurement_are_no_titration_and_no_wait(name, tmp_path) -> None:
    lab = FullCellLab(FullCell(ageing=NONE, charge_fraction=0.4))
    lab.rest(900.0, 300.0, **RATE_TAGS)
    lab.pulse(0.5, 600.0, 60.0, direction=1, **RATE_TAGS)
    lab.rest(900.0, 300.0, **RATE_TAGS)
    path = lab.write(tmp_path / "a.run.sqlite")
    with pytest.raises(ValueError, match=f"no segment is of {name}; the run is of rate_capability"):
        sheet(name.replace("_", "-"), path)


def test_a_run_of_cycles_suits_the_sheets_of_cycles(run_file) -> None:
    run = load_run(run_file)
    offered = ("cycling", "incremental-capacity", "rate-capability", "gitt", "self-discharge")
    suited = [name for name in offered if measurement(name).suits(run)]
    assert suited == ["cycling", "incremental-capacity"]
