"""Several twins of one bench, as ``solidcell twin`` serves them."""

import contextlib
import json
import socket
import subprocess

import pytest
from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.instruments.table import DRIVERS
from solidcell.cli.twin_bench import bench_text
from solidcell.cli.twin_serving import ServedTwin
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.simulated.catalogue import TWINS, make_twin
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.twin import ManyHosts
from support.command_line import COMMAND, answer_here


def served(*names: str, cell: int = 0) -> list[ServedTwin]:
    return [
        ServedTwin(
            name,
            TWINS[name].models[0],
            cell,
            TWINS[name].address.format(host="127.0.0.1", port=5025 + number),
            5025 + number,
        )
        for number, name in enumerate(names)
    ]


def ask(port: int, line: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as host:
        host.sendall(line + b"\n")
        heard = b""
        while not heard.endswith(b"\n"):
            heard += host.recv(4096)
    return heard.strip()


@pytest.mark.parametrize("name", sorted(TWINS))
def test_every_twin_can_be_made_in_every_model_and_is_silent_until_spoken_to(name: str) -> None:
    rig = load_rig("llzo", JumpClock(), cells=TWINS[name].cells)
    for model in TWINS[name].models:
        made = make_twin(rig, name, model)
        twin = made.session() if isinstance(made, ManyHosts) else made
        assert isinstance(twin.poll(), bytes)


@pytest.mark.parametrize("name", sorted(TWINS))
def test_a_twin_names_a_driver_and_an_address_that_a_bench_file_takes(name, tmp_path) -> None:
    driver = TWINS[name].driver or name
    if driver not in DRIVERS:
        pytest.fail(f"the twin {name} is for the driver {driver!r}, which is not there")
    others = ["methodscript"] if name != "methodscript" else []
    path = tmp_path / "bench.toml"
    path.write_text(bench_text(served(name, *others), speed=20.0), encoding="utf-8")
    bench = load_bench(path)
    drivers = {
        device.driver for channel in bench.channels.values() for device in channel.devices
    } | {channel.oven.device.driver for channel in bench.channels.values() if channel.oven}
    assert driver in drivers


def test_twins_that_go_together_share_a_channel_and_others_get_one_of_their_own(tmp_path) -> None:
    path = tmp_path / "bench.toml"
    twins = [*served("keithley_2450", "methodscript"), *served("keithley_2450", cell=1)]
    moved = ServedTwin("keithley_2450", "2450", 1, "TCPIP0::127.0.0.1::5031::SOCKET", 5031)
    path.write_text(bench_text([*twins[:2], moved], speed=1.0), encoding="utf-8")
    channels = load_bench(path).channels
    assert {name: [each.driver for each in of.devices] for name, of in channels.items()} == {
        "A1": ["keithley_2450"],
        "B1": ["methodscript"],
        "A2": ["keithley_2450"],
    }


@pytest.mark.slow
def test_two_twins_of_one_command_are_wired_to_the_same_cell(tmp_path) -> None:
    command = [*COMMAND, "twin", "keithley_2450", "keithley_2450:2460", "keithley_2450@1"]
    command += ["--cell", "llzo", "--json", "--until-eof", "--bench", str(tmp_path / "b.toml")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            lines = [json.loads(process.stdout.readline()) for _ in range(3)]
            source, meter, elsewhere = (line["port"] for line in lines)
            assert [line["model"] for line in lines] == ["2450", "2460", "2450"]
            ask(source, b":SOUR:FUNC CURR;:SOUR:CURR 1e-4;:SENS:FUNC 'VOLT';:OUTP ON;*OPC?")
            seen = {}
            for port in (meter, elsewhere):
                ask(port, b":SOUR:FUNC CURR;:SOUR:CURR 0;:SENS:FUNC 'VOLT';:OUTP ON;*OPC?")
                seen[port] = float(ask(port, b":READ?"))
            with contextlib.suppress(OSError):
                process.stdin.close()
            assert process.wait(20) == 0
        finally:
            process.kill()
    assert seen[meter] == pytest.approx(0.0263, abs=1e-3)
    assert seen[elsewhere] == pytest.approx(0.0, abs=1e-3)
    assert set(load_bench(tmp_path / "b.toml").channels) == {"A1", "B1", "A2"}


@pytest.mark.slow
def test_the_list_names_every_twin_with_what_it_simulates() -> None:
    listed = answer_here("twin", "--list")["twins"]
    assert set(listed) == set(TWINS)
    assert listed["keithley_2450"]["models"] == ["2450", "2460", "2461", "2470"]
    assert all(each["simulates"] and each["driver"] for each in listed.values())
