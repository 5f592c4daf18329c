"""Every calculator makes a sheet of its options alone, refuses what it must, and says why."""

import shlex

import pytest
from solidcell.analysis.designs import DESIGNS, design
from solidcell.analysis.sheets.plot import Line, Mark

OURS = ("break-even", "capacity", "cost", "energy", "ohmic-limit", "materials")


def options_of(example: str) -> dict[str, object]:
    words = shlex.split(example)[1:]
    pairs = zip(words[::2], words[1::2], strict=True)
    return {name.removeprefix("--").replace("-", "_"): text for name, text in pairs}


def typed(name: str, given: dict[str, object]) -> dict[str, object]:
    kinds = {option.name: option.kind for option in design(name).options}
    return {key: kinds[key](value) for key, value in given.items()}


@pytest.mark.parametrize("name", OURS)
def test_the_example_of_a_calculator_makes_a_sheet(name):
    of = design(name)
    sheet = of.sheet((), typed(name, options_of(of.example)))
    assert sheet.kind == of.name == name
    assert sheet.headline
    assert any(number.value is not None for number in sheet.numbers)
    assert DESIGNS[name][0].startswith(".")


def test_an_energy_without_the_mass_of_the_electrolyte_is_refused_at_that_level():
    given = {"active_mg": 1.0, "cathode_mg": 2.0, "anode_mg": 1.0}
    sheet = design("energy").sheet((), {**given, "capacity_mah_g": 1000.0, "voltage_v": 2.0})
    assert sheet.number("cathode_level_wh_kg").value == pytest.approx(1000.0)
    assert sheet.number("cathode_level_wh_kg").note.startswith("over 2 mg of composite cathode")
    assert sheet.number("full_cell_level_wh_kg").refused
    assert sheet.refusals == ("full cell: the mass of the electrolyte is not stated",)


def test_what_is_needed_and_not_given_is_named():
    with pytest.raises(ValueError, match="conductivity_ms_cm is not given"):
        design("ohmic-limit").sheet((), {})
    with pytest.raises(ValueError, match="give a bill of materials, or thickness"):
        design("cost").sheet((), {})


def test_the_doubt_of_the_loading_reaches_the_break_even_thickness():
    sheet = design("break-even").sheet((), {"loading_uncertainty_mg_cm2": 0.195})
    number = sheet.number("llzo_break_even_mass_um")
    assert number.value == pytest.approx(41.0, abs=0.1)
    assert number.standard_error == pytest.approx(0.55, abs=0.05)  # slope 2.84 um per mg/cm2
    assert [plot.name for plot in sheet.plots] == ["energy-thickness", "break-even-loading"]


def test_no_curve_of_energy_hides_another():
    given = {"electrolytes": "LLZO,LPSCl=1.86"}
    by_mass, by_volume = design("break-even").sheet((), given).plots[0].panels
    assert [item.name for item in by_mass.items if isinstance(item, Line)] == ["LLZO", "LPSCl"]
    assert [item.name for item in by_volume.items if isinstance(item, Line)] == ["LLZO, LPSCl"]
    (equal,) = (each for each in by_volume.items if isinstance(each, Mark) and each.axis == "x")
    assert equal.at == pytest.approx(119.5, abs=0.1)  # that of the published model
    constant_mass = {**given, "electrolyte_in_cathode": "constant mass"}
    _, by_volume = design("break-even").sheet((), constant_mass).plots[0].panels
    assert [item.name for item in by_volume.items if isinstance(item, Line)] == ["LLZO", "LPSCl"]


def test_a_reference_out_of_reach_is_refused_and_the_rest_is_shown():
    sheet = design("break-even").sheet((), {"reference_wh_kg": 900.0})
    assert sheet.number("llzo_break_even_mass_um").refused
    assert sheet.number("llzo_break_even_volume_um").value == pytest.approx(119.5, abs=0.1)
    assert "LLZO, E_S: never" in sheet.headline


def test_an_electrolyte_without_a_density_is_refused():
    with pytest.raises(ValueError, match="the density of 'LPSCl' is not known"):
        design("break-even").sheet((), {"electrolytes": "LPSCl"})


def test_a_bill_is_read_audited_and_drawn(tmp_path):
    path = tmp_path / "bill.csv"
    path.write_text(
        "component,weight_g,unit_price_usd_kg\ncathode,30,22\nelectrolyte,10,277\ntab,0.5,200\nbinder,0,9\n",
        encoding="utf-8",
    )
    given = {"bill": path, "stated_mass_g": 40.0, "stated_cost_usd": 3.43}
    sheet = design("cost").sheet((), given)
    assert sheet.number("cost_usd").value == pytest.approx(3.53)
    assert sheet.warnings[0].startswith("the stated totals leave out tab: all parts weigh 40.500 g")
    assert list(sheet.plots[0].panels[0].x.ticks.values()) == ["electrolyte", "cathode", "tab"]


def test_a_line_of_a_bill_that_is_no_number_is_named(tmp_path):
    path = tmp_path / "bill.csv"
    path.write_text("component,weight_g,unit_price_usd_kg\ncathode,x,22\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bill.csv, line 2, cathode: weight_g is 'x', no number$"):
        design("cost").sheet((), {"bill": path})
    path.write_text("component,weight\ncathode,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the columns unit_price_usd_kg, weight_g"):
        design("cost").sheet((), {"bill": path})


def test_a_row_of_totals_in_a_bill_is_named_with_what_to_do(tmp_path):
    bill = tmp_path / "bill.csv"
    bill.write_text("component,weight_g,unit_price_usd_kg\nfoil,2,8\ntotal,2,\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bill.csv, line 3, total: .* leave a row of totals out"):
        design("cost").sheet((), {"bill": bill})
