import pytest
from support.methodscript_bench import Bench
from support.methodscript_example_scripts import FINALLY

RUN_ERRORS = [
    ("0010", ("var a", "store_var a -1 ja", "pow_var a 500m")),
    ("0028", ("var a", "div_var a 0")),
    ("0028", ("var a", "mod_var a 0")),
    ("4037", ("var a", "store_var a 1000000000i ja", "mul_var a 3i")),
    ("4207", ("var a", "add_var a 1i")),
    ("4207", ("var a", "bit_and_var a 1i")),
    ("4041", ("var a", "if a < 1i", "endif")),
    ("400F", ("var a", "array x 2i", "store_var a 2i ja", "copy_var a x[a]")),
    ("401B", ("var a", "pck_add a")),
    ("401B", ("pck_start", "pck_start")),
    ("401B", ("pck_start", "pck_end")),
    ("401C", ("var a", "pck_start", *("pck_add a",) * 33)),
    ("403C", ("set_script_output 7",)),
    ("4200", ("wait -1",)),
    ("4204", ("set_int 0",)),
    ("4204", ("set_max_bandwidth 0",)),
    ("002F", ("set_pgstat_chan 9",)),
    ("0021", ("set_pgstat_mode 5",)),
    ("0023", ("cell_on",)),
    ("0084", ("set_range eb 1",)),
    ("4205", ("set_autoranging ba 2m 1m",)),
    ("4205", ("set_pgstat_mode 6", "set_range db 2", "set_i 2")),
    ("4205", ("set_pgstat_mode 6", "set_range db 1m", "set_i 5m")),
    ("000F", ("set_pgstat_mode 2", "set_e 10500m")),
    ("000F", ("set_pgstat_mode 2", "set_range_minmax da 0 11")),
    ("4209", ("var a", "set_pgstat_mode 2", "meas 1 a eb")),
    ("0014", ("var a", "set_pgstat_mode 2", "cell_on", "meas_loop_ocp a 1 1", "endloop")),
    ("4027", ("var a", "var b", "set_pgstat_mode 2", "meas_loop_ca a b 0 1 1", "endloop")),
    (
        "0023",
        ("var a", "var b", "set_pgstat_mode 2", "cell_on", "meas_loop_cp a b 0 1 1", "endloop"),
    ),
    (
        "0023",
        ("var a", "var b", "set_pgstat_mode 6", "cell_on", "meas_loop_ca a b 0 1 1", "endloop"),
    ),
]
LOOP_ERRORS = [
    ("4204", "2", "meas_loop_ca a b 0 0 1"),
    ("4204", "2", "meas_loop_ca a b 0 1 0"),
    ("005A", "2", "meas_loop_ca a b 0 10u 1"),
    ("4205", "6", "meas_loop_cp a b 2 1 1"),
    ("4202", "2", "meas_loop_lsv a b 0 1 0 1"),
    ("4202", "2", "meas_loop_lsv a b 0 1 10m 0"),
    ("001C", "2", "meas_loop_lsv a b 0 1 1u 1m"),
    ("4029", "2", "meas_loop_lsv a b 0 0 10m 1"),
    ("4205", "2", "meas_loop_cv a b 0 1 -1 10m 1 nscans(0)"),
    ("4207", "2", "meas_loop_cv a b 0 1 -1 10m 1 nscans(1500m)"),
    ("0023", "2", "meas_loop_eis a b c 10m 1k 1 5 0"),
    ("0011", "3", "meas_loop_eis a b c 10m 2M 1 5 0"),
    ("0011", "3", "meas_loop_eis a b c 10m 1k 0 5 0"),
    ("0012", "3", "meas_loop_eis a b c 400m 1k 1 5 0"),
    ("0012", "3", "meas_loop_eis a b c 0 1k 1 5 0"),
    ("0012", "6", "meas_loop_geis a b c 0 1k 1 5 0"),
    ("4205", "6", "meas_loop_geis a b c 900m 1k 1 5 0"),
    ("4205", "3", "meas_loop_eis a b c 10m 1k 1 0 0"),
    ("4205", "3", "meas_loop_eis a b c 10m 1k 1 20k 0"),
    ("4207", "3", "meas_loop_eis a b c 10m 1k 1 2500m 0"),
]


@pytest.mark.parametrize(("code", "lines"), RUN_ERRORS)
def test_a_run_time_error_names_its_line_and_ends_the_script_at_once(code, lines):
    fault_line = len(lines) - (1 if lines[-1] in ("endif", "endloop") else 0)
    output = Bench().run(*lines, "on_finished:", 'send_string "never"')
    assert output == f"e\n!{code}: Line {fault_line}\n\n"


@pytest.mark.parametrize(("code", "mode", "loop"), LOOP_ERRORS)
def test_a_measurement_loop_beyond_the_instrument_is_refused_when_it_is_reached(code, mode, loop):
    lines = ("var a", "var b", "var c", f"set_pgstat_mode {mode}", "cell_on", loop, "endloop")
    assert Bench().run(*lines, *FINALLY) == f"e\n!{code}: Line 6\n\n"


def test_after_a_run_time_error_the_cell_stays_as_it_was_until_the_host_opens_it():
    bench = Bench()
    bench.run("var a", "set_pgstat_mode 2", "set_e 1", "cell_on", "div_var a 0", *FINALLY)
    assert bench.cell.output == "voltage"
    assert bench.run("cell_off") == "e\n\n"
    assert bench.cell.output == "open"


def test_a_pico_refuses_what_only_a_galvanostat_can_and_what_its_window_cannot_span():
    bench = Bench("espico")
    assert bench.run("set_pgstat_mode 6") == "e\n!0021: Line 1\n\n"
    too_wide = ("set_pgstat_mode 3", "set_range_minmax da -700m 700m")
    assert bench.run(*too_wide) == "e\n!4205: Line 2\n\n"
    assert bench.run("set_pgstat_mode 2", "set_range_minmax da -700m 700m") == "e\n\n"
