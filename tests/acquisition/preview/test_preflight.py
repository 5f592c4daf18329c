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


ROLES = EXAMPLES / "bench_by_role.toml"


@pytest.mark.parametrize("channel", ["A1", "A2"])
def test_a_series_of_temperatures_may_run_on_any_channel_that_can_sweep_in_an_oven(channel):
    checked = preflight(EXAMPLES / "arrhenius_eis.yaml", ROLES, channel, CELL)
    assert checked.problems == ()
    times_s, temperatures_k = checked.preview.temperature()
    assert temperatures_k[0] == 298.15
    assert temperatures_k[-1] == max(temperatures_k) == 338.15
    assert times_s == tuple(sorted(times_s))
    assert times_s[-1] == checked.preview.duration_s > 5 * 1800.0


def test_temperatures_on_a_bench_without_an_oven_are_refused_with_the_drivers_that_would_do():
    (problem,) = preflight(EXAMPLES / "arrhenius_eis.yaml", BENCH, "A1", CELL).problems
    assert "stands in no oven" in problem
    assert "eurotherm_3200" in problem
    assert "julabo" in problem


def test_what_an_analyser_alone_cannot_do_is_named_with_the_drivers_that_can():
    problems = preflight(EXAMPLES / "eis.yaml", ROLES, "A2", CELL).problems
    assert problems[0].startswith("channel A2 has an impedance_analyser (e4990a), which cannot do")
    assert "keithley_2450" in problems[0]
    assert "down to 20 Hz; the whole range has methodscript" in problems[1]


def test_a_critical_current_test_is_done_at_the_temperature_of_the_cell_record(tmp_path):
    text = (EXAMPLES / "ccd_llzo.yaml").read_text(encoding="utf-8")
    warm = tmp_path / "warm.yaml"
    temperature = "temperature: {temperature_c: 60}\nimpedance: {frequency_min_hz: 20}\n"
    warm.write_text(text + temperature, "utf-8")
    (problem,) = preflight(warm, ROLES, "A1", CELL).problems
    assert "the protocol sets 60 °C" in problem
    assert "temperature_c: 25, the temperature of the cell during the test" in problem
    cell = tmp_path / "cell.yaml"
    record = CELL.read_text(encoding="utf-8").replace("temperature_c: 25", "temperature_c: 60")
    cell.write_text(record, "utf-8")
    assert preflight(warm, ROLES, "A1", cell).problems == ()


def test_a_temperature_beyond_the_oven_is_refused(tmp_path):
    text = (EXAMPLES / "arrhenius_eis.yaml").read_text(encoding="utf-8")
    hot = tmp_path / "hot.yaml"
    hot.write_text(text.replace("65]", "95]"), "utf-8")
    problems = preflight(hot, ROLES, "A2", CELL).problems
    assert problems == (
        "the protocol asks for 368.15 K, and oven box may go from 293.15 K to 353.15 K",
    )
    assert any("beyond temperature_max_k" in p for p in preflight(hot, ROLES, "A1", CELL).problems)


def test_a_limit_that_nothing_on_the_channel_measures_is_refused(tmp_path):
    text = ROLES.read_text(encoding="utf-8")
    bench = tmp_path / "bench.toml"
    bench.write_text(
        text.replace("[channel.A1]", "[channel.A1]\nstack_pressure_max_mpa = 5"), "utf-8"
    )
    (problem,) = preflight(EXAMPLES / "arrhenius_eis.yaml", bench, "A1", CELL).problems
    assert "no pressure gauge" in problem
    assert "load_cell" in problem


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


REFERENCE = """
[channel.A1.auxiliary.reference]
driver = "auxiliary_scpi"
address = "TCPIP0::127.0.0.1::5033::SOCKET"
options = { query = "MEAS?", unit = "UNIT" }
"""
THREE = (
    "protocol: critical_current\nreference: reference\nhalf_cycle_h: 1\nsteps: {start_ma_cm2: 1, "
)


@pytest.mark.parametrize(("unit", "words"), [("mV", None), ("degC", "must be read in V or mV")])
def test_a_reference_electrode_is_read_by_a_line_of_volts(tmp_path, unit, words):
    bench, protocol = tmp_path / "bench.toml", tmp_path / "three.yaml"
    plain = BENCH.read_text(encoding="utf-8").partition("[channel.K1]")[0]
    bench.write_text(plain + REFERENCE.replace("UNIT", unit), "utf-8")
    protocol.write_text(f"{THREE}increment_ma_cm2: 1, stop_ma_cm2: 2}}\n", "utf-8")
    problems = preflight(protocol, bench, "A1", CELL).problems
    assert problems == () if words is None else words in problems[0]
