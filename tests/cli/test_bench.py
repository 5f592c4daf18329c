"""``solidcell bench``: what is connected, whether a file is right, and a new file."""

import json
import re

import pytest
from solidcell.acquisition.files.bench import load_bench
from solidcell.cli import application
from solidcell.cli.twin_bench import bench_text, write_bench
from solidcell.cli.twin_serving import ServedTwin
from support.bench_of_twins import bench_of_twins
from typer.testing import CliRunner


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """The command, with leases of its own; what it says comes as (exit code, output, errors)."""
    monkeypatch.setattr("platformdirs.user_state_path", lambda *_: tmp_path / "state")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object):
        said = CliRunner().invoke(application(["bench"]), ["bench", *map(str, arguments)])
        if said.exception is not None and not isinstance(said.exception, SystemExit):
            raise said.exception
        return said

    return run


def test_a_new_bench_file_loads_and_is_never_written_over_by_chance(bench, tmp_path) -> None:
    assert bench("new").exit_code == 0
    path = tmp_path / "bench.toml"
    assert list(load_bench(path).channels) == ["A1"]
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bench\.toml is already there; --force"):
        bench("new")
    assert path.read_text(encoding="utf-8") == "mine"
    answer = json.loads(bench("new", "--force", "--json").stdout)
    assert answer == {"bench": "bench.toml"}
    assert list(load_bench(path).channels) == ["A1"]
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["bench.toml"]


@pytest.mark.slow
def test_a_scan_of_a_host_shows_who_answers_and_the_lines_for_a_bench_file(bench) -> None:
    with bench_of_twins("keithley_2450") as twins:
        where = ("--only-hosts", "--host", "127.0.0.1", "--port", twins.ports[0])
        said = bench("scan", *where, "--patience-s", 9)
        answer = json.loads(bench("scan", *where, "--patience-s", 9, "--json").stdout)
    assert "KEITHLEY INSTRUMENTS, MODEL 2450, 04400001" in said.stdout
    assert (
        f'[channel.A1.galvanostat]\ndriver = "keithley_2450"\naddress = "{twins.addresses[0]}"'
        in (said.stdout)
    )
    assert f"asking socket://127.0.0.1:{twins.ports[0]} …" in said.stderr
    (found,) = answer["found"]
    assert (found["driver"], found["bench_address"]) == ("keithley_2450", twins.addresses[0])
    assert found["identity"]["serial"] == "04400001"
    assert found["asked"] == "*IDN?"


def test_a_scan_that_may_ask_nobody_says_what_to_do(bench) -> None:
    said = bench("scan", "--only-hosts")
    assert said.exit_code == 0
    assert "nothing is connected" in said.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("scan", "--port", "70000"), "port 70000 is not allowed: 1 to 65535"),
        (("scan", "--patience-s", "0"), "--patience-s 0 is not allowed: 0 to 60 s"),
    ],
)
def test_what_makes_no_sense_is_refused(bench, arguments, line) -> None:
    with pytest.raises(ValueError, match=re.escape(line)):
        bench(*arguments)


@pytest.mark.slow
def test_a_check_ends_with_1_if_anything_is_amiss_and_else_with_0(bench, tmp_path) -> None:
    path = tmp_path / "bench.toml"
    with bench_of_twins("keithley_2450") as twins:
        served = [ServedTwin("keithley_2450", "2450", 0, twins.addresses[0])]
        write_bench(path, bench_text(served, 1.0))
        said = bench("check", path)
        answer = json.loads(bench("check", path, "--json").stdout)
    assert said.exit_code == 0
    assert re.search(r"ok +│ A1 galvanostat +│ KEITHLEY INSTRUMENTS +│ off +│ 210 V", said.stdout)
    assert twins.addresses[0] in said.stdout
    (device,) = answer["devices"]
    assert (device["place"], device["output"], device["verdict"]) == ("A1", "off", "ok")
    gone = bench("check", path, "--json")
    assert gone.exit_code == 1
    assert json.loads(gone.stdout)["devices"][0]["verdict"] == "problem"


def test_the_bench_file_of_twins_replaces_only_its_own_kind(tmp_path) -> None:
    path = tmp_path / "bench.toml"
    text = bench_text([ServedTwin("methodscript", "nexus", 0, "socket://127.0.0.1:5025")], 1.0)
    write_bench(path, text)
    write_bench(path, text)
    path.write_text("[channel.A1]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="is no bench file of `solidcell twin`"):
        write_bench(path, text)
    assert path.read_text(encoding="utf-8") == "[channel.A1]\n"
