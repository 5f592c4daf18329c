"""Before a run: every reason not to start is told with its file and line."""

import pytest
from solidcell.gui.display_units import time_axis
from solidcell.gui.new_run import (
    Choice,
    check,
    example_files,
    files_of_kind,
    limit_facts,
    plan_facts,
)
from solidcell.gui.prepare_page import PreparePage
from solidcell.gui.theme import LIGHT


@pytest.fixture
def choice():
    files = {file.name: file for file in example_files()}
    return Choice(
        protocol=files["ccd_lpscl.yaml"],
        bench=files["bench_simulated.toml"],
        channel="A1",
        cell=files["cell_lpscl.yaml"],
    )


def test_the_examples_may_be_started(choice):
    found = check(choice)
    assert found.may_start, found.problems
    facts = dict(plan_facts(found.preflight))
    assert facts["Largest current"] == "3 mA/cm²"
    assert dict(limit_facts(found.preflight))["Current, either way"] == "100 mA  (bench)"


def test_a_source_meter_is_refused_a_protocol_with_spectra(choice):
    found = check(Choice(**{**_plain(choice), "channel": "K1"}))
    assert not found.may_start
    assert "measures no impedance" in found.problems[0]


@pytest.fixture
def over_temperature():
    files = {file.name: file for file in example_files()}
    return check(
        Choice(
            protocol=files["arrhenius_eis.yaml"],
            bench=files["bench_by_role.toml"],
            channel="A2",
            cell=files["cell_llzo.yaml"],
        )
    )


def test_what_a_plan_asks_of_the_oven_is_told_before_it_starts(over_temperature):
    assert over_temperature.may_start, over_temperature.problems
    facts = dict(plan_facts(over_temperature.preflight))
    assert facts["Temperatures"] == "25, 35, 45, 55, 65 °C"
    assert facts["Soaked when"] == "within 0.3 K for 30 min"


def test_planned_temperatures_are_drawn_only_where_there_are_any(qtbot, over_temperature, choice):
    page = PreparePage()
    page.set_theme(LIGHT)
    qtbot.addWidget(page)
    page.show_check(over_temperature)
    times, celsius = page.planned_temperature()
    assert not page.warmth.isHidden()
    assert celsius.min() == pytest.approx(25.0)
    assert celsius.max() == pytest.approx(65.0)
    duration_s = over_temperature.preflight.preview.duration_s
    assert times[-1] == pytest.approx(duration_s / time_axis(duration_s)[1])
    page.show_check(check(choice))
    assert page.warmth.isHidden()
    assert "temperature" not in page.heading.text()


def test_a_wrong_protocol_is_told_with_file_and_line(choice, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    text = choice.protocol.read_text(encoding="utf-8")
    wrong.write_text(text.replace("rest_min: 5", "rest_min: five"), encoding="utf-8")
    found = check(Choice(**{**_plain(choice), "protocol": wrong}))
    assert not found.may_start
    line = [
        n for n, t in enumerate(wrong.read_text(encoding="utf-8").splitlines(), 1) if "five" in t
    ]
    assert f"wrong.yaml:{line[0]}" in found.problems[0]


def test_a_wrong_bench_is_told_before_a_channel_can_be_picked(tmp_path):
    wrong = tmp_path / "bench.toml"
    wrong.write_text("[channel.A1]\nvoltage_min_v = 1.0\n", encoding="utf-8")
    found = check(Choice(bench=wrong))
    assert "bench.toml" in found.problems[0]


def test_what_is_not_yet_picked_is_named_and_no_problem(choice):
    found = check(Choice(**{**_plain(choice), "cell": None}))
    assert (found.problems, found.may_start) == ((), False)
    assert found.choice.missing == ("a cell record",)


def test_examples_are_told_apart_by_what_is_in_them():
    files = example_files()
    kinds = {kind: len(files_of_kind(kind, files)) for kind in ("bench", "cell", "protocol")}
    assert sum(kinds.values()) == len(files) > 5
    assert min(kinds.values()) >= 1


def _plain(choice: Choice) -> dict:
    names = ("protocol", "bench", "channel", "cell")
    return {name: getattr(choice, name) for name in names}
