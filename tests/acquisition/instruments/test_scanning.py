"""What is connected: named, recognised, and left alone where a run has it."""

import os
import socket

import pytest
from solidcell.acquisition.instruments import scanning
from solidcell.acquisition.instruments.recognition import address_for, bench_lines, driver_for
from solidcell.acquisition.instruments.scanning import other_names, scan
from solidcell.acquisition.instruments.table import DRIVERS
from solidcell.acquisition.lease import held_leases, take_lease
from solidcell.drivers.capabilities import Identity
from solidcell.drivers.clock import JumpClock, SystemClock
from solidcell.drivers.questions import QUESTIONS, Question, identity_of, modbus_question
from solidcell.drivers.search import Place, network_places
from solidcell.drivers.simulated.catalogue import TWINS, make_twin
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.twin import ManyHosts
from support.bench_of_twins import bench_of_twins, held_by_another

FOR_ANY_MAKER = ("auxiliary_scpi", "auxiliary_line", "load_cell")
PARENT = os.getppid()


def scanned(place: Place, folder, *, patience_s: float = 0.05, **more):
    clock = SystemClock()
    return next(scan([place], clock, patience_s=patience_s, lease_folder=folder, **more))


def network(port: int) -> Place:
    return network_places("127.0.0.1", port)[0]


@pytest.mark.parametrize("name", sorted(TWINS))
def test_an_instrument_that_says_who_it_is_is_recognised_as_its_own_driver(name: str) -> None:
    clock = JumpClock()
    for model in TWINS[name].models:
        made = make_twin(load_rig("llzo", clock, cells=TWINS[name].cells), name, model)
        if isinstance(made, ManyHosts):
            pytest.skip("a server of many instruments, which knows no *IDN?")
        heard = made.receive(b"*IDN?\n")
        clock.sleep_until(clock.now_s() + 1.0)
        identity = identity_of((heard + made.poll()).decode("latin-1").strip())
        if identity is not None:
            driver = TWINS[name].driver or name
            assert driver_for(identity) == (None if driver in FOR_ANY_MAKER else driver)


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("keithley_2450", QUESTIONS[0]),
        ("methodscript", QUESTIONS[1]),
        ("eurotherm_3200", modbus_question()),
    ],
)
def test_an_instrument_in_the_network_is_found_with_its_driver_and_its_address(
    tmp_path, name: str, question: Question
) -> None:
    with bench_of_twins(name) as bench:
        found = scanned(network(bench.ports[0]), tmp_path, questions=(question,), patience_s=9.0)
    assert (found.driver, found.address) == (name, bench.addresses[0])


def test_a_port_that_a_run_has_is_named_and_not_opened(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        held_by_another(tmp_path, f"TCPIP0::127.0.0.1::{port}::SOCKET", "the-run", PARENT)
        found = scanned(network(port), tmp_path)
        listener.settimeout(0.05)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert found.held_by == "the-run"
    assert found.answer is None


@pytest.mark.parametrize(
    ("asked", "leased", "is_held"),
    [
        ("/dev/ttyACM0", "/dev/ttyACM0", True),
        ("/dev/ttyACM0", "ASRL/dev/ttyACM0::INSTR", True),
        ("COM3", "com3", True),
        ("COM3", "COM4", False),
        ("TCPIP0::10.0.0.7::inst0::INSTR", "TCPIP0::10.0.0.7::5025::SOCKET", True),
        ("socket://10.0.0.7:5025", "TCPIP::10.0.0.7::INSTR", True),
        ("socket://10.0.0.7:5025", "10.0.0.7:5025/27-1-1", True),
        ("socket://10.0.0.7:5025", "TCPIP0::10.0.0.8::5025::SOCKET", False),
        ("socket://10.0.0.7:5025", "TCPIP0::10.0.0.7::5026::SOCKET", False),
        ("GPIB0::4::INSTR", "GPIB0::4::INSTR", True),
        ("socket://10.0.0.9:1234", "PRLGX-TCPIP0::10.0.0.9::1234::GPIB0::4::INSTR", True),
    ],
)
def test_a_leased_instrument_is_known_by_whatever_name_it_has(
    tmp_path, monkeypatch, asked: str, leased: str, is_held: bool
) -> None:
    held_by_another(tmp_path, leased, "the-run", PARENT)
    monkeypatch.setattr(
        "solidcell.acquisition.instruments.scanning._ask", lambda *_: None
    )  # the places are not there
    found = scanned(Place(asked, "VISA"), tmp_path)
    assert bool(found.held_by) == is_held


def test_a_link_to_a_port_is_that_port(tmp_path) -> None:
    (tmp_path / "by-id").symlink_to(tmp_path / "ttyACM0")
    held_by_another(tmp_path / "leases", str(tmp_path / "ttyACM0"), "the-run", PARENT)
    found = scanned(Place(str(tmp_path / "by-id"), "serial"), tmp_path / "leases")
    assert found.held_by == "the-run"


def test_a_port_is_leased_while_it_is_asked_and_free_afterwards(tmp_path) -> None:
    seen: list[dict[str, str]] = []
    with bench_of_twins("keithley_2450") as bench:
        address = f"socket://127.0.0.1:{bench.ports[0]}"

        class Nosy(SystemClock):
            def now_s(self) -> float:
                seen.append({path.stem[:6]: "" for path in tmp_path.glob("*.json")})
                return super().now_s()

        list(scan([network(bench.ports[0])], Nosy(), patience_s=9.0, lease_folder=tmp_path))
    assert any(seen)
    take_lease((address, bench.addresses[0]), "next", folder=tmp_path).release()
    assert held_leases(folder=tmp_path) == {}


def test_a_gpib_adapter_is_asked_for_itself_and_nothing_goes_to_its_bus(tmp_path) -> None:
    written: list[bytes] = []

    class Adapter:
        def write(self, data: bytes) -> None:
            written.append(data)

        def read(self, timeout_s: float) -> bytes:
            return b"Prologix GPIB-ETHERNET Controller version 1.6.6.0\r\n" if written else b""

        def close(self) -> None: ...

    place = network(1234)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scanning, "SerialLink", lambda *_, **__: Adapter())
        found = scanned(place, tmp_path)
    assert written == [b"++ver\n"]
    assert found.identity.manufacturer == "Prologix"
    assert found.driver == ""


def test_where_nobody_listens_it_says_so(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = scanned(network(port), tmp_path)
    assert found.problem == "nobody listens there, or the port is taken by another program"


def test_who_listens_and_says_nothing_has_no_answer(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = scanned(network(listener.getsockname()[1]), tmp_path, questions=QUESTIONS[:1])
    assert (found.problem, found.driver) == ("no answer", "")


def test_a_driver_takes_the_first_name_of_a_place_that_it_can() -> None:
    names = other_names("socket://10.0.0.7:5025")
    assert address_for("keithley_2450", names) == "TCPIP0::10.0.0.7::5025::SOCKET"
    assert address_for("methodscript", names) == "socket://10.0.0.7:5025"
    assert address_for("keithley_2450", other_names("/dev/ttyUSB0")) == "ASRL/dev/ttyUSB0::INSTR"
    assert address_for("methodscript", ["GPIB0::4::INSTR"]) is None


def test_an_instrument_that_no_driver_is_for_is_recognised_by_none() -> None:
    stranger = Identity(manufacturer="RIGOL TECHNOLOGIES", model="DM3068", serial="1", firmware="1")
    assert driver_for(stranger) is None


@pytest.mark.parametrize("driver", sorted(DRIVERS))
def test_the_lines_for_a_bench_file_name_a_table_of_a_role_of_the_driver(driver: str) -> None:
    table = bench_lines(driver, "x")[0]
    assert any(role.value in table for role in DRIVERS[driver].roles)
