import cmath
import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.methodscript_bench import Bench, DebyeCell, column, packages
from support.methodscript_example_scripts import (
    chronoamperometry,
    chronopotentiometry,
    impedance,
    sweep,
)


def test_the_written_example_of_a_chronoamperometry_comes_back_byte_for_byte():
    output = Bench("es4_lr").run(*chronoamperometry())
    lines = output.split("\n")
    assert lines[:2] == ["e", "M0007"]
    assert lines[-3:] == ["*", "", ""]
    assert len(lines) == 2 + 20 + 3
    # 0.1 V is 1092 steps of 6 V / 2**16; 0.1 V / 150 ohm = 0.6665 mA on the 1 mA range (3 x)
    assert lines[2].startswith("Peb80186A0u;daDF581A1n;ba")
    assert lines[-4].startswith("Peb81E8480u;daDF581A1n;ba")
    assert lines[-4].endswith(",10,215,40")
    assert column(output, "ba")[-1] == pytest.approx(0.0999756 / 150, rel=1e-5)


def test_a_potential_is_measured_once_a_range_for_it_was_set():
    measured = Bench().run(*chronoamperometry(ranges=("set_range ab 100m",)))
    kind, value, metadata = packages(measured)[0][1]
    assert (kind, metadata) == ("ab", ",10,201,40")
    assert value == pytest.approx(0.1, abs=1e-4)


def test_the_current_range_follows_the_current_down_but_not_below_its_limit():
    cell = DebyeCell(r0_ohm=50.0, r1_ohm=1e7, c1_f=1e-3)
    bench = Bench(cell=cell)
    output = bench.run(*chronoamperometry(interval="20m", duration="3"))
    codes = [package[2][2][5:7] for package in packages(output)]
    assert codes[0] == "09"
    assert codes[-1] == "03"
    assert min(cell.ranges_a) == 1e-6
    assert codes == sorted(codes, key=lambda code: -int(code, 16))


def test_a_current_beyond_the_only_allowed_range_is_an_overload_at_its_limit():
    ranges = ("set_autoranging ba 100u 100u",)
    output = Bench().run(*chronoamperometry(ranges=ranges, duration="1"))
    _, value, metadata = packages(output)[-1][2]
    assert metadata == ",12,205,40"
    assert value == pytest.approx(1e-4)


@pytest.mark.parametrize(
    ("model", "loop", "mode", "points", "first_v", "extreme_v", "last_v"),
    [
        ("espico", "meas_loop_cv p c 0 500m -500m 10m 1", "2", 197, 0.0, 0.500170, 0.0),
        ("espico", "meas_loop_lsv p c -300m 300m 5m 1", "3", 118, -0.299943, 0.301128, 0.301128),
    ],
)
def test_a_staircase_is_made_of_whole_converter_steps_as_recorded(
    model, loop, mode, points, first_v, extreme_v, last_v
):
    potentials_v = column(Bench(model).run(*sweep(loop, mode)), "da")
    assert len(potentials_v) == points
    assert potentials_v[0] == pytest.approx(first_v, abs=1e-6)
    assert max(potentials_v) == pytest.approx(extreme_v, abs=1e-6)
    assert potentials_v[-1] == pytest.approx(last_v, abs=1e-6)


def test_a_cyclic_sweep_prints_the_counts_of_the_recording():
    output = Bench("espico").run(*sweep("meas_loop_cv p c 0 500m -500m 10m 1"))
    lines = output.split("\n")
    assert lines[1] == "M0005"
    set_values = [line[1:11] for line in lines if line.startswith("P")]
    assert set_values[:4] == ["da8000000 ", "da89BC152n", "da93782A4n", "da9D343F6n"]
    assert set_values[-3:] == ["da6C87D5Cn", "da7643EAEn", "da8000000 "]


def test_several_scans_are_framed_one_by_one():
    output = Bench().run(*sweep("meas_loop_cv p c 0 20m -20m 10m 1 nscans(3)"))
    frame = [line for line in output.split("\n") if line and line[0] in "MC-*"]
    assert frame == ["M0005", "C0000", "-", "C0001", "-", "C0002", "-", "*"]
    assert len(packages(output)) == 9 + 8 + 8


@given(
    st.floats(min_value=-2.0, max_value=2.0),
    st.floats(min_value=-2.0, max_value=2.0),
    st.integers(min_value=5, max_value=200),
)
@settings(max_examples=15, deadline=None)
def test_any_linear_sweep_ends_within_half_a_step_of_what_was_asked(start_v, end_v, step_mv):
    low, high = f"{round(start_v * 1e6)}u", f"{round(end_v * 1e6)}u"
    output = Bench().run(*sweep(f"meas_loop_lsv p c {low} {high} {step_mv}m 1"))
    if abs(end_v - start_v) < step_mv / 2000:
        assert "!4029" in output or len(packages(output)) == 2
        return
    potentials_v = column(output, "da")
    assert potentials_v[-1] == pytest.approx(end_v, abs=step_mv * 0.501e-3 + 1e-4)
    steps_v = [b - a for a, b in pairwise(potentials_v)]
    assert steps_v == pytest.approx([steps_v[0]] * len(steps_v), abs=2e-6)


def test_a_galvanostatic_step_follows_ohms_law_and_the_converter():
    output = Bench().run(*chronopotentiometry())
    assert output.startswith("e\nM000A\n")
    assert column(output, "eb") == [1.0, 2.0, 3.0]
    assert column(output, "ba")[-1] == pytest.approx(1e-3, rel=2e-4)
    assert column(output, "ab")[-1] == pytest.approx(0.15, rel=2e-4)


def test_without_a_current_range_a_galvanostatic_loop_prints_the_set_current():
    lines = [line for line in chronopotentiometry() if not line.startswith("set_range ba")]
    kind, value, metadata = packages(Bench().run(*lines))[0][2]
    assert (kind, metadata) == ("db", "")
    assert value == pytest.approx(1e-3, abs=10e-3 / 2**15)


def test_a_galvanostat_at_its_potential_limit_reports_overload_and_less_current():
    bench = Bench("es4_hr", DebyeCell(r0_ohm=1e5))
    package = packages(bench.run(*chronopotentiometry("100u")))[-1]
    assert package[1][1] == pytest.approx(6.0, rel=1e-4)
    assert package[1][2] == ",12,206,40"
    assert package[2][1] == pytest.approx(6.0 / 100_100, rel=1e-3)
    assert package[2][2].startswith(",16,")  # and little current for its range


def test_an_open_circuit_loop_reads_the_voltage_with_the_cell_open():
    bench = Bench()
    output = bench.run(
        "var p",
        "set_pgstat_mode 2",
        "cell_off",
        "meas_loop_ocp p 1 5",
        "pck_start",
        "pck_add p",
        "pck_end",
        "endloop",
    )
    assert output == "e\nM000B\n" + "Pab8000000 ,10,200,40\n" * 5 + "*\n\n"
    assert bench.cell.output == "open"


def test_an_impedance_sweep_measures_the_cell_on_a_logarithmic_grid():
    cell = DebyeCell()
    output = Bench(cell=cell).run(*impedance("10m 100k 100m 19 0", setting=("set_range ba 1m",)))
    assert output.startswith("e\nM000D\n")
    for index, (f, r, j) in enumerate(packages(output)):
        assert f[1] == pytest.approx(1e5 * 10 ** (-index / 3), rel=1e-5)
        z_ohm = 50 + 100 / (1 + 2j * math.pi * f[1] * 100 * 1e-4)
        assert cmath.isclose(complex(r[1], j[1]), z_ohm, rel_tol=1e-5)
        assert j[1] < 0
        assert (f[0], r[0], j[0]) == ("dc", "cc", "cd")
    assert index == 18


def test_an_impedance_point_takes_three_periods_but_at_least_a_tenth_of_a_second():
    bench = Bench()
    bench.run(*impedance("10m 10 100m 3 0"))
    assert bench.clock.now_s() == pytest.approx(0.3 + 3 + 30, abs=0.01)


def test_an_alternating_current_too_large_for_its_range_gives_no_number():
    setting = ("set_range ba 1u",)
    output = Bench().run(*impedance("10m 1k 1k 1 0", setting=setting))
    assert "cc     nan,12,203,40;cd     nan,12,200,40\n" in output


def test_a_galvanostatic_impedance_sweep_agrees_with_the_potentiostatic_one():
    potentio = Bench().run(*impedance("10m 10k 1 5 0"))
    galvano = Bench().run(*impedance("10u 10k 1 5 0", True, ("set_range db 1m",)))
    assert galvano.startswith("e\nM000E\n")
    assert column(galvano, "cd") == pytest.approx(column(potentio, "cd"), rel=1e-6)


def test_a_script_computes_and_branches_as_written():
    output = Bench().run(
        "var n",
        "var x",
        "array list 3i",
        "store_var n 0i ja",
        "loop n < 3i",
        "  int_to_float n",
        "  copy_var n x",
        "  float_to_int n",
        "  mul_var x 1500m",
        "  copy_var x list[n]",
        "  add_var n 1i",
        "endloop",
        "if list[2i] > 3",
        '  send_string "more"',
        "elseif list[2i] == 3",
        '  send_string f"as much as {list[2i]}"',
        "else",
        '  send_string "less"',
        "endif",
        "alter_vartype list[1i] ab",
        "pck_start",
        "pck_add list[1i]",
        "pck_add n",
        "pck_end",
    )
    assert output == "e\nL\n+\nTas much as 3\nPab816E360u;ja8000003i\n\n"


def test_silenced_output_keeps_the_marks_of_loops():
    package = ("pck_start", "pck_add a", "pck_end")
    loop = ("loop a < 1", *package, "add_var a 1", "endloop")
    output = Bench().run("var a", "set_script_output 0", *loop, "set_script_output 3", *package)
    assert output == "e\nL\n+\nPaa80F4240u\n\n"
    assert Bench().run("set_script_output 0", 'send_string "x"') == "e\n\n"


def test_breakloop_leaves_the_measurement_loop_only():
    body = ("if t >= 2", 'send_string "enough"', "breakloop", "endif")
    output = Bench().run(*chronopotentiometry(duration="100", body=body))
    assert len(packages(output)) == 2
    assert output.endswith("Tenough\n*\n\n")


def test_a_loop_body_that_takes_too_long_is_marked_late():
    output = Bench().run(*chronopotentiometry(duration="4", body=("wait 1500m",)))
    assert column(output, "eb") == [1.0, 2.5, 4.0, 5.5]
    assert [package[2][2][:3] for package in packages(output)] == [",10", ",11", ",11", ",11"]


def test_after_one_late_point_the_next_ones_come_at_their_own_times():
    body = ("if t < 1500m", "wait 1700m", "endif")
    output = Bench().run(*chronopotentiometry(duration="4", body=body))
    assert column(output, "eb") == [1.0, 2.7, 3.0, 4.0]
    assert [package[2][2][:3] for package in packages(output)] == [",10", ",11", ",10", ",10"]


def test_a_new_script_starts_without_the_ranges_of_the_last():
    bench = Bench()
    bench.run(*chronoamperometry(ranges=("set_range ab 100m",)))
    output = bench.run(*chronoamperometry())
    assert {package[1][0] for package in packages(output)} == {"da"}


def test_a_stored_value_has_no_trace_of_the_measured_one_before_it():
    output = Bench().run(
        "var p",
        "var q",
        "set_pgstat_mode 2",
        "meas 100m p ab",
        "copy_var p q",
        "store_var p 5 ja",
        "pck_start",
        "pck_add p",
        "pck_add q",
        "pck_end",
    )
    assert [part[2] for part in packages(output)[0]] == ["", ",10,200,40"]


def test_a_single_measurement_and_the_interval_timer_take_their_time():
    bench = Bench()
    output = bench.run(
        "var p",
        "var t",
        "set_int 2",
        "meas 500m p ab",
        "timer_start",
        "await_int",
        "timer_get t",
        "pck_start",
        "pck_add p",
        "pck_add t",
        "pck_end",
    )
    assert column(output, "eb") == [1.5]
    assert packages(output)[0][0][0] == "ab"


def test_another_mode_opens_the_cell():
    bench = Bench()
    bench.run("set_pgstat_mode 2", "cell_on")
    assert bench.cell.output == "voltage"
    bench.run("set_pgstat_mode 2")
    assert bench.cell.output == "voltage"
    bench.run("set_pgstat_mode 6")
    assert bench.cell.output == "open"


def test_the_cell_may_be_switched_on_at_a_measured_potential():
    bench = Bench()
    bench.run("var p", "store_var p 300m ab", "set_pgstat_mode 2", "cell_on ocp(p)")
    assert bench.cell.measure(100.0).voltage_v == pytest.approx(0.3, abs=1e-4)


def test_a_current_sweep_steps_from_one_end_to_the_other():
    output = Bench().run(
        *(
            line
            for line in sweep("meas_loop_lsp p c -5m 5m 100u 10m", "6")
            if "set_range" not in line
        )
    )
    currents_a = column(output, "db")
    assert output.startswith("e\nM000F\n")
    assert currents_a[0] == pytest.approx(-5e-3, abs=3.1e-5)
    assert len(currents_a) == pytest.approx(1 + 10e-3 / (3 / 2**15), abs=1)


def test_an_open_circuit_beyond_the_window_is_an_overload():
    bench = Bench("espico", DebyeCell(c1_f=1e3, charged_v=2.5))
    body = ("pck_start", "pck_add p", "pck_end", "endloop")
    output = bench.run("var p", "set_pgstat_mode 2", "meas_loop_ocp p 1 1", *body)
    kind, value, metadata = packages(output)[0][0]
    assert (kind, metadata) == ("ab", ",12,203")
    assert value == pytest.approx(2.5, rel=1e-3)


def test_an_impedance_sweep_while_the_current_is_limited_gives_no_number():
    bench = Bench("espico", DebyeCell(r0_ohm=10.0, r1_ohm=10.0))
    output = bench.run(*impedance("10m 1k 1k 1 200m"))
    assert column(output, "cc") == pytest.approx([math.nan], nan_ok=True)
    assert packages(output)[0][1][2].startswith(",12,")
