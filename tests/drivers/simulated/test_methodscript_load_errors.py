import pytest
from solidcell.drivers.simulated.methodscript.compiler import SCOPE_DEPTH_MAX
from support.methodscript_bench import Bench, script
from support.methodscript_grammar import as_source, load_grammar

CA = ("meas_loop_ca a b 0 100m 1",)


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        (("var a", "frobnicate a"), "4001: Line 2, Col 1"),
        (("var a", "  meas_loop_foo a 1 2"), "4001: Line 2, Col 3"),
        (("set_e 1.5",), "4004: Line 1, Col 8"),
        (("set_e 100q",), "4004: Line 1, Col 10"),
        (("wait 1\r",), "4004: Line 1, Col 7"),
        (("# omega \xe9",), "4004: Line 1, Col 9"),
        (("wait",), "4004: Line 1, Col 5"),
        (("var a", "if a = 1"), "4004: Line 2, Col 6"),
        (('send_string "open',), "4004: Line 1, Col 13"),
        (("var a", "var b", "meas_loop_ca a b 0 100m 1 frob(1)"), "4008: Line 3, Col 27"),
        (("cell_on ocp(1 2)",), "4008: Line 1, Col 9"),
        (("array a 65537i",), "000B: Line 1, Col 7"),
        (("var a", "var b", *CA, *CA), "400B: Line 4, Col 1"),
        (("var a", "var b", *CA, "if a > 0", *CA), "400B: Line 5, Col 1"),
        (("if 1 == 1",) * (SCOPE_DEPTH_MAX + 1), f"400D: Line {SCOPE_DEPTH_MAX + 1}, Col 1"),
        (("endif",), "400E: Line 1, Col 1"),
        (("endloop",), "400E: Line 1, Col 1"),
        (("breakloop",), "400E: Line 1, Col 1"),
        (("if 1 == 1", "else", "else"), "400E: Line 3, Col 1"),
        (("if 1 == 1", "endloop"), "400E: Line 2, Col 1"),
        (("loop 1 == 1", "on_finished:"), "400E: Line 2, Col 1"),
        (("array a 3i", "wait a[3]"), "400F: Line 2, Col 6"),
        (("if 1 == 1", "wait 1"), "4018: Line 3, Col 1"),
        (("var a", "var b", *CA, "set_pgstat_mode 2"), "401A: Line 4, Col 1"),
        (("var a", "var a"), "4026: Line 2, Col 5"),
        (("var Volt",), "402B: Line 1, Col 5"),
        (("var a", "var b", *CA, "set_e 0"), "4032: Line 4, Col 1"),
        (("var a", "var b", *CA, "set_range db 1m"), "4033: Line 4, Col 1"),
        (("var a", "wait a[1]"), "4038: Line 2, Col 6"),
        (("array a 1m",), "4207: Line 1, Col 7"),
        (("var a", "store_var a 1 zz"), "4209: Line 2, Col 15"),
        (("wait 1 2",), "420A: Line 1, Col 8"),
        (("wait a",), "420B: Line 1, Col 6"),
        (("var a", "store_var a a ja"), "420C: Line 2, Col 13"),
        (("timer_get 1",), "420D: Line 1, Col 11"),
        (("array a 3i", "wait a"), "420E: Line 2, Col 6"),
        (('wait "1"',), "4213: Line 1, Col 6"),
    ],
)
def test_a_faulty_script_is_refused_with_code_line_and_column(lines, where):
    bench = Bench()
    answer = bench.say(script(*lines))
    assert answer.startswith(f"e!{where}\n")
    assert bench.cell.output == "open"
    assert bench.say("\n").endswith("\n")
    assert bench.say("i\n") == "iNEXUS24A0101\n"


def test_a_script_larger_than_the_memory_is_refused_and_a_line_too_long_is_too():
    bench = Bench("espico")
    assert "e!4005: Line" in bench.say("e\n" + "# no more than a comment\n" * 1000)
    bench = Bench("espico")
    assert bench.say("e\n# " + "x" * 300 + "\n") == "e!0008\n"
    assert bench.say("t" * 300 + "\n") == "t!0008\n"


def test_what_follows_a_refused_line_is_taken_for_commands():
    said = Bench().say(script("var a", "wait b", "set_e 0", "cell_on", "on_finished:", "cell_off"))
    assert said == "e!420B: Line 2, Col 6\ns!0003\nc!0003\no!0003\nc!0003\n\n"


SCRIPTS = [
    (
        "var a",
        "array list 4i",
        "store_var a 0i ja",
        "loop a < 4i",
        "  copy_var a list[a]  # twice",
        "\tadd_var a 1i",
        "endloop",
        'send_string f"list: {list[3i]}"',
    ),
    (
        "var f",
        "var r",
        "var j",
        "set_pgstat_chan 0",
        "set_pgstat_mode 3",
        "set_max_bandwidth 1M",
        "set_range_minmax da 200m 200m",
        "set_range ba 2u",
        "set_autoranging ba 500n 2m",
        "set_e 200m",
        "cell_on",
        "meas_loop_eis f r j 10m 100k 100 11i 200m",
        "pck_start",
        "pck_add f",
        "pck_end",
        "endloop",
        "on_finished:",
        "cell_off",
    ),
    (
        "var p",
        "var c",
        "set_pgstat_mode 2",
        "meas 100m p ab",
        "cell_on ocp(p)",
        "meas_loop_cv p c 0 100m -100m 10m 100m nscans(2)",
        "if c > 1m",
        "breakloop",
        "elseif c < -1m",
        "breakloop",
        "else",
        "wait 0",
        "endif",
        "endloop",
    ),
]


@pytest.mark.parametrize("lines", SCRIPTS)
def test_what_this_twin_loads_the_vendors_grammar_accepts(lines):
    load_grammar()(as_source(lines))
    assert Bench().say(script(*lines, command="l")) == "l\n"


@pytest.mark.parametrize("line", ["set_e 1.5", "var A", "if 1 > 2 > 3", "loop", "+5", "endif"])
def test_what_the_vendors_grammar_refuses_this_twin_refuses(line):
    with pytest.raises(SyntaxError):
        load_grammar()(as_source((line,)))
    assert Bench().say(script(line, command="l")).startswith("l!")
