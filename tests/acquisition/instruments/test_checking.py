"""A bench file is checked against the instruments, and nothing is switched."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.files.yaml_lines import FileError
from solidcell.acquisition.instruments.checking import Verdict, check_bench
from solidcell.acquisition.instruments.roles import ON_THE_CELL
from solidcell.acquisition.instruments.table import DRIVERS
from solidcell.acquisition.lease import channel_lease, take_lease
from solidcell.cli.twin_bench import bench_text, write_bench
from solidcell.cli.twin_serving import ServedTwin
from solidcell.drivers.simulated.catalogue import TWINS
from support.bench_of_twins import TwinBench, bench_of_twins

pytestmark = pytest.mark.slow
NAMES = ("keithley_2450", "e4990a", "eurotherm_3200")


@pytest.fixture
def twins():
    with bench_of_twins(*NAMES, "methodscript") as bench:
        yield bench


def written(folder: Path, twins: TwinBench, names=(*NAMES, "methodscript"), **replaced) -> Path:
    served = [
        ServedTwin(name, TWINS[name].models[0], 0, address)
        for name, address in zip((*NAMES, "methodscript"), twins.addresses, strict=True)
        if name in names
    ]
    text = bench_text(served, 1.0)
    for before, after in replaced.items():
        assert before in text
        text = text.replace(before, after)
    path = folder / "bench.toml"
    path.write_text(text, encoding="utf-8")
    return path


def checked(path: Path, folder: Path, **more) -> dict:
    seen = check_bench(load_bench(path), lease_folder=folder / "leases", **more)
    return {each.device.driver: each for each in seen}


def test_each_device_is_met_and_says_who_it_is_and_what_it_can(twins, tmp_path) -> None:
    opened: list[str] = []
    seen = checked(written(tmp_path, twins), tmp_path, tell=opened.append)
    assert set(seen) == {*NAMES, "methodscript"}
    assert sorted(opened) == sorted(twins.addresses)
    assert {
        name: each.identity.model for name, each in seen.items() if name != "eurotherm_3200"
    } == {
        "keithley_2450": "2450",
        "e4990a": "E4990A",
        "methodscript": "Nexus",
    }
    assert seen["keithley_2450"].verdict is Verdict.OK
    assert "1.05 A" in seen["keithley_2450"].can
    assert "20 Hz to 120 MHz" in seen["e4990a"].can
    assert seen["methodscript"].detail == "cannot say whether its output is on"
    assert seen["eurotherm_3200"].reads == "25.00 °C"


def test_a_check_switches_no_output_on(twins, tmp_path) -> None:
    said: list[str] = []
    twins.rig.cells[0].truth.note_output = lambda at_s, mode: said.append(mode)
    checked(written(tmp_path, twins, names=("keithley_2450", "eurotherm_3200")), tmp_path)
    assert set(said) <= {"open"}  # a source meter that is a source of 0 V while it is off
    assert not twins.rig.oven.is_on


def test_an_output_that_nobody_has_switched_off_is_a_problem(tmp_path) -> None:
    with bench_of_twins(*NAMES, "methodscript") as twins:
        with socket.create_connection(("127.0.0.1", twins.ports[0])) as host:
            host.sendall(b":OUTP ON;*OPC?\n")
            assert host.recv(16) == b"1\n"
        seen = checked(written(tmp_path, twins, names=("keithley_2450",)), tmp_path)
    assert seen["keithley_2450"].verdict is Verdict.PROBLEM
    assert "its output is on, and no run has it" in seen["keithley_2450"].detail


def test_a_channel_that_a_run_has_is_shown_as_busy_and_its_instruments_are_left_alone(
    twins, tmp_path
) -> None:
    path = written(tmp_path, twins, names=("keithley_2450", "eurotherm_3200"))
    opened: list[str] = []
    name = channel_lease("A1", str(path.resolve()))
    with take_lease((name,), "the-run", folder=tmp_path / "leases"):
        seen = checked(path, tmp_path, tell=opened.append)
    assert seen["keithley_2450"].verdict is Verdict.BUSY
    assert f"by run the-run, process {os.getpid()}" in seen["keithley_2450"].detail
    assert seen["eurotherm_3200"].verdict is Verdict.OK
    assert opened == [twins.addresses[2]]


def test_an_instrument_that_is_not_there_is_a_problem_and_the_next_one_is_met(
    twins, tmp_path
) -> None:
    path = written(tmp_path, twins, names=("keithley_2450", "eurotherm_3200"))
    gone = f"::{twins.ports[0]}::"
    path.write_text(path.read_text(encoding="utf-8").replace(gone, "::1::"), encoding="utf-8")
    seen = checked(path, tmp_path)
    assert seen["keithley_2450"].verdict is Verdict.PROBLEM
    assert "::1::" in seen["keithley_2450"].detail
    assert seen["eurotherm_3200"].verdict is Verdict.OK


def test_another_instrument_than_the_file_says_is_a_problem(twins, tmp_path) -> None:
    path = written(tmp_path, twins, names=("keithley_2450",))
    swapped = path.read_text(encoding="utf-8").replace(twins.addresses[0], twins.addresses[1])
    path.write_text(swapped, encoding="utf-8")
    seen = checked(path, tmp_path)
    assert seen["keithley_2450"].verdict is Verdict.PROBLEM
    assert "E4990A" in seen["keithley_2450"].detail


def test_what_the_file_promises_and_the_device_cannot_do_is_noted(twins, tmp_path) -> None:
    wider = {"temperature_max_c = 160.0": "temperature_max_c = 900.0"}
    more = {"current_max_ma = 100.0": "current_max_ma = 2000.0"}
    path = written(tmp_path, twins, names=("keithley_2450", "eurotherm_3200"), **wider, **more)
    seen = checked(path, tmp_path)
    assert seen["eurotherm_3200"].verdict is Verdict.NOTE
    assert "wider than what it takes" in seen["eurotherm_3200"].detail
    assert "the channel allows 2 A, more than it gives" in seen["keithley_2450"].detail


def test_one_channel_alone_is_checked_with_the_oven_that_it_names(twins, tmp_path) -> None:
    seen = checked(written(tmp_path, twins), tmp_path, only="B1")
    assert set(seen) == {"methodscript", "eurotherm_3200"}
    with pytest.raises(FileError, match="has no channel 'C9'"):
        checked(written(tmp_path, twins), tmp_path, only="C9")


@pytest.mark.parametrize("name", sorted(TWINS))
def test_every_driver_meets_its_own_twin_over_the_wire_that_its_bench_file_names(
    name: str, tmp_path
) -> None:
    is_beside_the_cell = DRIVERS[TWINS[name].driver or name].roles[0] not in ON_THE_CELL
    names = (name, "keithley_2450") if is_beside_the_cell else (name,)
    with bench_of_twins(*names) as twins:
        path = tmp_path / "bench.toml"
        served = [
            ServedTwin(each, TWINS[each].models[0], 0, address)
            for each, address in zip(names, twins.addresses, strict=True)
        ]
        write_bench(path, bench_text(served, 1.0))
        seen = checked(path, tmp_path)
    met = seen[TWINS[name].driver or name]
    assert met.verdict in (Verdict.OK, Verdict.NOTE), met.detail
    assert met.identity is not None
    assert met.output is not None
    assert met.can or met.reads


@pytest.mark.parametrize("is_there", [True, False])
def test_a_device_is_let_go_whether_it_answered_or_not(
    twins, tmp_path, monkeypatch, is_there: bool
) -> None:
    let_go: list[str] = []
    kind = DRIVERS["keithley_2450"]

    def opened(spec, position, clock):
        device = kind.open(spec, position, clock)
        close = device.close
        device.close = lambda: (let_go.append(spec.address), close())
        return device

    monkeypatch.setitem(DRIVERS, "keithley_2450", replace(kind, open=opened))
    path = written(tmp_path, twins, names=("keithley_2450",))
    if not is_there:
        text = path.read_text(encoding="utf-8").replace(f"::{twins.ports[0]}::", "::1::")
        path.write_text(text, encoding="utf-8")
    seen = checked(path, tmp_path)["keithley_2450"]
    assert (seen.verdict is Verdict.OK) == is_there
    assert let_go == [seen.device.address]


def test_the_leases_are_given_back(twins, tmp_path) -> None:
    path = written(tmp_path, twins, names=("keithley_2450",))
    checked(path, tmp_path)
    take_lease((twins.addresses[0],), "next", folder=tmp_path / "leases").release()
