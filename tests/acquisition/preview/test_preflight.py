"""Protocol, channel and cell are held against each other before anything is touched."""

from importlib.resources import files
from pathlib import Path

import pytest
from solidcell.acquisition.preview.preflight import PreflightError, preflight

EXAMPLES = Path(str(files("solidcell.acquisition") / "examples"))
BENCH = EXAMPLES / "bench_simulated.toml"
CELL = EXAMPLES / "cell_lpscl.yaml"


@pytest.mark.parametrize("protocol", ["ccd_lpscl.yaml", "ccd_llzo.yaml", "eis.yaml"])
def test_the_examples_may_run_on_the_potentiostat_of_the_example_bench(protocol):
    checked = preflight(EXAMPLES / protocol, BENCH, "A1", CELL)
    assert checked.problems == ()
    checked.raise_problems()
    assert checked.preview.duration_s > 0


def test_spectra_on_a_source_meter_are_refused_with_what_would_help():
    checked = preflight(EXAMPLES / "ccd_lpscl.yaml", BENCH, "K1", CELL)
    with pytest.raises(PreflightError, match=r"measures no impedance.*`impedance: none`"):
        checked.raise_problems()


def test_a_source_meter_may_run_the_test_without_spectra(tmp_path):
    text = (EXAMPLES / "ccd_llzo.yaml").read_text(encoding="utf-8")
    without = tmp_path / "ccd.yaml"
    without.write_text(f"{text}\nimpedance: none\n", encoding="utf-8")
    assert preflight(without, BENCH, "K1", CELL).problems == ()


def test_a_current_beyond_the_channel_names_the_segment_and_the_limit(tmp_path):
    text = BENCH.read_text(encoding="utf-8").replace("= 100.0 ", "= 1.0 ").replace("100.0", "1.0")
    bench = tmp_path / "bench.toml"
    bench.write_text(text, encoding="utf-8")
    problems = preflight(EXAMPLES / "ccd_lpscl.yaml", bench, "A1", CELL).problems
    assert problems
    assert any("current_max_a 0.001 A of the bench" in problem for problem in problems)


def test_the_minimal_capacity_trap_is_a_warning_and_not_a_refusal(tmp_path):
    text = (EXAMPLES / "ccd_lpscl.yaml").read_text(encoding="utf-8")
    small = tmp_path / "ccd.yaml"
    small.write_text(text.replace("capacity_mah_cm2: 0.5", "capacity_mah_cm2: 0.1"), "utf-8")
    checked = preflight(small, BENCH, "A1", CELL)
    assert checked.problems == ()
    assert any("0.5 mAh/cm²" in warning for warning in checked.warnings)
