"""A cell that nobody drives any more can be opened from the command line, and only then."""

import json
import socket

import pytest
from support.command_line import run_command, run_here, served_twin

BENCH = """\
[channel.A1]
voltage_min_v = -5
voltage_max_v = 5
current_max_ma = 10
[channel.A1.potentiostat]
driver = "methodscript"
address = "{}"
"""
PLATE_FOR_EVER = (
    b"e\nvar p\nvar c\nset_pgstat_chan 0\nset_pgstat_mode 6\nset_max_bandwidth 40\nset_i 100u\n"
    b"cell_on\nmeas_loop_cp p c 100u 1 100k\npck_start\npck_add p\npck_end\nendloop\n"
    b"on_finished:\ncell_off\n\n"
)


@pytest.mark.slow
def test_a_script_left_running_is_stopped_and_the_cell_opened(tmp_path):
    truth = tmp_path / "truth.jsonl"
    with served_twin("methodscript", "--truth", str(truth), "--speed", "50") as twin:
        with socket.create_connection(("127.0.0.1", twin["port"]), timeout=10) as host:
            host.sendall(PLATE_FOR_EVER)
            heard = b""
            while b"\nP" not in heard:
                heard += host.recv(4096)
        bench = tmp_path / "bench.toml"
        bench.write_text(BENCH.format(twin["address"]), encoding="utf-8")
        said = run_command("make-safe", "--bench", bench, "--channel", "A1", "--json")
        assert said.returncode == 0, said.stderr
        assert json.loads(said.stdout)["output"] == "off"
    outputs = [
        fact["output"]
        for fact in map(json.loads, truth.read_text(encoding="utf-8").splitlines())
        if "output" in fact
    ]
    assert outputs[0] == "current"
    assert outputs[-1] == "open"


@pytest.mark.slow
def test_an_instrument_that_does_not_answer_leaves_an_error_and_no_claim(tmp_path):
    bench = tmp_path / "bench.toml"
    bench.write_text(BENCH.format("socket://127.0.0.1:9"), encoding="utf-8")
    said = run_here("make-safe", "--bench", bench, "--channel", "A1", "--json")
    assert said.returncode == 1
    assert said.stdout == ""
    assert "127.0.0.1:9" in said.stderr
