import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.methodscript.models import MODELS, model_named
from solidcell.drivers.simulated.methodscript.twin import POLL_CHARACTERS_MAX, MethodScriptTwin
from solidcell.drivers.simulated.twin import Twin
from support.methodscript_bench import Bench, DebyeCell, column, packages, script

STEP = (
    "var p",
    "var c",
    "var t",
    "set_pgstat_mode 6",
    "set_range db 10m",
    "set_range ab 1",
    "set_range ba 10m",
    "cell_on",
    "timer_start",
    "meas_loop_cp p c 1m 1 {seconds}",
    "timer_get t",
    "pck_start",
    "pck_add t",
    "pck_add p",
    "pck_add c",
    "pck_end",
    "endloop",
    'send_string "behind"',
    "on_finished:",
    "cell_off",
    'send_string "finished"',
)


def step(seconds=10):
    return script(*STEP).format(seconds=seconds)


def started(seconds=10, heard_until_s=3.5, **kind):
    """A bench with a galvanostatic step under way, heard until ``heard_until_s``."""
    bench = Bench(**kind)
    bench.say(step(seconds))
    return bench, bench.listen(heard_until_s)


def as_twin(twin: Twin) -> Twin:
    return twin


@pytest.mark.parametrize(
    ("model", "identity"),
    [
        ("nexus", "tnexus11500#"),
        ("es4_hr", "tes4_hr1500#"),
        ("es4_lr", "tes4_lr1500#"),
        ("espico", "tespico1306#"),
    ],
)
def test_an_instrument_says_who_it_is_in_two_lines(model, identity):
    bench = Bench(model)
    answer = bench.say("t\n")
    assert answer.startswith(identity)
    assert re.fullmatch(r"t\w{6}\d{4}#[A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d\nR\*\n", answer)
    assert bench.say("i\n") == f"i{model_named(model).serial}\n"
    assert re.fullmatch(r"v\d\d\.\d\d\.\d\d\n", bench.say("v\n"))


def test_an_unknown_model_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="espico"):
        Bench("es5")
    assert len({model.firmware_id for model in MODELS}) == 4


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("\n", "\n"),
        ("\n\n\n", "\n\n\n"),
        ("x\n", "x!0003\n"),
        ("dlfw\n", "d!0003\n"),
        ("tt\n", "t!0003\n"),
        ("i\r\n", "i!0003\n"),
        ("Z\n", "Z!0006\n"),
        ("h\n", "h!0006\n"),
        ("H\n", "H!0006\n"),
        ("Y\n", "Y!0006\n"),
        ("R\n", "R!0006\n"),
        ("r\n", "r!000C\n"),
        ("m\n", "m!0048\n"),
        ("G01\n", "G00000000\n"),
        ("G05\n", "GNEXUS24A0101\n"),
        ("GFE\n", "G!0004\n"),
        ("G\n", "G!004B\n"),
        ("Gxx\n", "G!004C\n"),
        ("S0100000001\nG01\n", "S\nG00000001\n"),
        ("S01000x\n", "S!004C\n"),
        ("S05X\n", "S!0005\n"),
    ],
)
def test_an_idle_instrument_answers_each_line(said, answer):
    assert Bench().say(said) == answer


def test_capabilities_are_bit_fields_of_the_published_numbers():
    def bits(answer):
        assert re.fullmatch("C[0-9A-F]{64}\n", answer)
        return {bit for bit in range(256) if int(answer[1:], 16) >> bit & 1}

    assert {1, 32, 33, 36, 37, 38, 48, 49, 96, 97, 98, 99, 101} <= bits(Bench().say("CC\n"))
    galvanostatic = {67, 68, 69, 70}
    assert galvanostatic <= bits(Bench().say("CM\n"))
    assert not galvanostatic & bits(Bench("espico").say("CM\n"))


def test_a_script_may_be_loaded_first_and_run_twice_later():
    bench = Bench()
    assert bench.say(script('send_string "here"', command="l")) == "l\n"
    assert bench.say("r\n") == "r\nThere\n\n"
    assert bench.say("r\n") == "r\nThere\n\n"
    assert bench.say(script("frob", command="l")) == "l!4001: Line 1, Col 1\n\n"


def test_old_firmware_echoes_without_a_line_end_and_prints_no_noise():
    bench = Bench(old_firmware=True)
    output = bench.say(step(1)) + bench.listen()
    assert output.startswith("eM000A\nPeb")
    assert packages(output)[0][1][2] == ",10,200"


def test_old_firmware_says_of_a_silent_script_no_more_than_its_echo_and_its_end():
    assert Bench(old_firmware=True).run("cell_off") == "e\n"


def test_packages_come_one_by_one_when_their_time_has_come():
    bench = Bench()
    assert bench.say(step(3)) == "e\n"
    assert bench.twin.poll() == b""
    assert bench.listen(0.5) == "M000A\n"
    assert bench.twin.due_s() == pytest.approx(1.0, abs=0.01)
    assert len(packages(bench.listen(1.5))) == 1
    rest = bench.listen()
    assert len(packages(rest)) == 2
    assert rest.endswith("*\nTbehind\nTfinished\n\n")
    assert bench.twin.due_s() is None
    assert bench.cell.output == "open"


def test_all_that_has_come_due_is_told_at_once_within_bounds():
    bench, _ = started(3_000, heard_until_s=0.5)
    bench.clock.sleep_until(100.5)
    assert len(packages(bench.twin.poll().decode())) == 100
    bench.clock.sleep_until(1e6)
    first = bench.twin.poll()
    assert POLL_CHARACTERS_MAX <= len(first) < POLL_CHARACTERS_MAX + 100
    rest = [first]
    while bench.twin.due_s() is not None:
        rest.append(bench.twin.poll())
    assert len(packages(b"".join(rest).decode())) == 2_900


@given(st.lists(st.integers(min_value=0, max_value=2000), max_size=30))
@settings(max_examples=25, deadline=None)
def test_a_conversation_split_at_any_byte_goes_the_same_way(cuts):
    conversation = (
        "\nt\n" + step(3) + "h\nH\ni\nfoo\nZ\n\nZ\n" + script("frob", "wait 1")
    ).encode()
    whole = Bench()
    expected = whole.twin.receive(conversation)
    parts = Bench()
    edges = sorted({0, len(conversation), *(cut for cut in cuts if cut < len(conversation))})
    heard = [parts.twin.receive(conversation[a:b]) for a, b in pairwise(edges)]
    assert b"".join(heard) == expected
    assert b"Z!0006" not in expected.split(b"foo")[0]
    assert whole.listen() == parts.listen()


def test_an_abort_closes_the_loop_and_runs_on_finished():
    bench, heard = started()
    assert len(packages(heard)) == 3
    assert bench.cell.output == "current"
    assert bench.say("Z\n") + bench.listen() == "Z\n*\nTfinished\n\n"
    assert bench.cell.output == "open"
    assert bench.say("Z\n") == "Z!0006\n"
    assert bench.clock.now_s() < 3.6


def test_a_second_abort_inside_on_finished_ends_the_script():
    bench = Bench()
    bench.say(script("wait 10", "on_finished:", "wait 5", 'send_string "never"'))
    assert bench.say("Z\n") + bench.listen(1.0) == "Z\n"
    assert bench.say("Z\n") + bench.listen() == "Z\n\n"
    assert bench.clock.now_s() < 1.1


def test_two_aborts_in_one_breath_still_open_the_cell():
    bench, _ = started()
    assert bench.say("Z\nZ\n") + bench.listen() == "Z\n*\nZ\nTfinished\n\n"
    assert bench.cell.output == "open"


def test_an_abort_closes_nested_loops_from_the_inside_out():
    bench = Bench()
    loop = ("meas_loop_cv p c 0 1 -1 10m 1m nscans(2)", "loop 1 == 1", "wait 1", "endloop")
    bench.say(script("var p", "var c", "set_pgstat_mode 2", "cell_on", *loop, "endloop"))
    assert bench.listen(15.0).endswith("M0005\nC0000\nL\n")
    assert bench.say("Z\n") + bench.listen() == "Z\n+\n-\n*\n\n"


def test_aborting_the_measurement_loop_goes_on_behind_it():
    bench, _ = started()
    assert bench.say("Y\n") + bench.listen() == "Y\n*\nTbehind\nTfinished\n\n"


def test_a_halted_script_stands_still_with_the_cell_on_and_then_goes_on():
    bench, heard = started(seconds=6)
    assert bench.say("h\n") == "h\n"
    assert bench.twin.due_s() is None
    assert bench.listen(100.0) == ""
    assert bench.cell.output == "current"
    assert bench.say("H\n") == "H\n"
    rest = bench.listen()
    assert column(heard + rest, "eb")[:3] == [1.0, 2.0, 3.0]
    assert column(rest, "eb") == pytest.approx([100.5, 101.5, 102.5], abs=0.01)
    assert "11," not in rest


def test_a_halted_script_may_be_aborted():
    bench, _ = started()
    bench.say("h\n")
    assert bench.say("Z\n") + bench.listen() == "Z\n*\nTfinished\n\n"


def test_reversing_a_cyclic_sweep_turns_it_round_before_its_corner():
    bench = Bench()
    lines = ("meas_loop_cv p c 0 1 -1 100m 100m", "pck_start", "pck_add p", "pck_end", "endloop")
    bench.say(script("var p", "var c", "set_pgstat_mode 2", "cell_on", *lines))
    first = column(bench.listen(4.5), "da")
    assert bench.say("R\n") == "R\n"
    potentials_v = first + column(bench.listen(), "da")
    assert max(potentials_v) == pytest.approx(0.4, abs=0.11)
    assert min(potentials_v) == pytest.approx(-1.0, abs=0.05)
    assert potentials_v[-1] == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("command", ["t", "e", "i", "frob"])
def test_a_running_script_refuses_the_other_commands_and_goes_on(command):
    bench, _ = started(seconds=5)
    assert bench.say(f"\n{command}\n") == f"{command[0]}!0006\n"
    assert bench.listen().endswith("*\nTbehind\nTfinished\n\n")


def test_without_a_host_the_script_runs_on_and_its_words_are_lost():
    bench, heard = started(seconds=10)
    bench.twin.hang_up()
    assert bench.cell.output == "current"
    bench.clock.sleep_until(7.5)
    assert bench.say("") == ""
    rest = bench.listen()
    assert len(packages(heard)) == 3
    assert column(rest, "eb") == [8.0, 9.0, 10.0]
    assert rest.endswith("Tfinished\n\n")


def test_however_much_was_lost_the_next_host_hears_only_what_is_said_to_it():
    bench, _ = started(seconds=5_000)
    bench.twin.hang_up()
    bench.clock.sleep_until(4_000.5)
    assert bench.twin.poll() == b""
    assert bench.twin.due_s() == pytest.approx(4_001.0, abs=0.01)


def test_an_endless_loop_neither_hangs_the_instrument_nor_withstands_an_abort():
    bench = Bench()
    endless = script("loop 1 == 1", "endloop", "on_finished:", 'send_string "out"')
    assert bench.say(endless) + bench.listen(0.1) == "e\nL\n"
    assert bench.say("Z\n") + bench.listen() == "Z\n+\nTout\n\n"


def test_the_vendors_way_to_recover_finds_the_end_of_a_running_script():
    bench, _ = started()
    bench.twin.hang_up()
    bench.clock.sleep_until(5.0)
    answer = bench.say("\n") + bench.say("Z\n") + bench.listen()
    assert answer == "Z\n*\nTfinished\n\n"
    assert bench.say("t\n").startswith("tnexus1")


def test_a_burst_into_a_small_receive_buffer_is_garbled_and_a_paced_script_is_not():
    lines = [f"# line {number} of a comment that is long enough to matter" for number in range(40)]
    burst = Bench("espico", small_rx_buffer=True)
    said = burst.say(script(*lines, "wait 0")) + burst.listen()
    assert said != "e\n\n"
    paced = Bench("espico", small_rx_buffer=True)
    heard = ""
    for number, line in enumerate(["e", *lines, "wait 0", ""]):
        paced.clock.sleep_until(0.005 * number)
        heard += paced.say(f"{line}\n")
    assert heard + paced.listen() == "e\n\n"
    assert Bench("espico").run(*lines, "wait 0") == "e\n\n"


def test_the_twin_of_the_bench_is_a_twin_before_the_shared_front_end_too():
    from solidcell.drivers.clock import JumpClock
    from solidcell.drivers.simulated.cell import SymmetricCell
    from solidcell.drivers.simulated.presets import LPSCL

    clock = JumpClock()
    front_end = FrontEnd(SymmetricCell(LPSCL, seed=1))
    twin = as_twin(MethodScriptTwin(front_end, clock))
    heard = [twin.receive(step(5).encode())]
    while (due_s := twin.due_s()) is not None:
        clock.sleep_until(due_s)
        heard.append(twin.poll())
    output = b"".join(heard).decode()
    assert column(output, "eb") == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert column(output, "ba") == pytest.approx([1e-3] * 5, rel=2e-3)
    assert output.endswith("*\nTbehind\nTfinished\n\n")
    assert front_end.is_open


@pytest.mark.slow
def test_a_twenty_hour_step_streams_every_one_of_its_packages():
    bench = Bench(cell=DebyeCell())
    bench.say(step(72_000))
    heard = []
    while (due_s := bench.twin.due_s()) is not None:
        bench.clock.sleep_until(due_s)
        heard.append(bench.twin.poll())
    assert b"".join(heard).count(b"\nP") == 72_000
