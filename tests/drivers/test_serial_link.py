import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.methodscript.potentiostat import open_methodscript
from solidcell.drivers.methodscript.stream import Package, StreamDecoder
from solidcell.drivers.serial_link import SerialLink

PACKAGE = b"Peb80186A0u,10;ab7FB6C59u,14,204;ba8000800n,10,212\n"


@contextmanager
def over_tcp() -> Iterator[tuple[SerialLink, socket.socket]]:
    """A link and the other end of its wire."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = SerialLink(f"socket://127.0.0.1:{server.getsockname()[1]}")
        far_end, _ = server.accept()
        with far_end:
            try:
                yield link, far_end
            finally:
                link.close()


def read_exactly(link: SerialLink, count: int, timeout_s: float = 1.0) -> tuple[bytes, int]:
    data, reads = b"", 0
    while len(data) < count:
        piece = link.read(timeout_s)
        assert piece, f"the link fell silent after {len(data)} of {count} bytes"
        data, reads = data + piece, reads + 1
    return data, reads


@pytest.mark.slow  # pyserial waits 0.3 s when it closes a socket
def test_bytes_go_both_ways_over_tcp():
    with over_tcp() as (link, far_end):
        link.write(b"t\n")
        assert far_end.recv(10) == b"t\n"
        far_end.sendall(b"tes4_hr1500#\nR*\n")
        assert read_exactly(link, 16)[0] == b"tes4_hr1500#\nR*\n"


@pytest.mark.slow
def test_an_idle_link_returns_within_its_timeout():
    waited_s = []
    with over_tcp() as (link, _):
        for _ in range(3):
            started_s = time.monotonic()
            assert link.read(0.05) == b""
            assert link.read(0.0) == b""
            waited_s.append(time.monotonic() - started_s)
    assert 0.04 <= min(waited_s) < 0.5  # a busy machine may be late, but not each time


@pytest.mark.slow
def test_a_few_bytes_are_handed_over_at_once_and_not_kept_until_the_timeout():
    with over_tcp() as (link, far_end):
        far_end.sendall(b"*\n")
        started_s = time.monotonic()
        assert read_exactly(link, 2, timeout_s=60.0)[0] == b"*\n"
        assert time.monotonic() - started_s < 30.0  # whatever else this machine has to do


@pytest.mark.slow
def test_a_burst_of_five_thousand_packages_is_read_in_large_pieces_within_a_second_of_work():
    with over_tcp() as (link, far_end):
        sender = threading.Thread(target=far_end.sendall, args=(PACKAGE * 5000,))
        sender.start()
        started_s = time.thread_time()  # what it takes of a processor, however many want one
        data, reads = read_exactly(link, len(PACKAGE) * 5000)
        packages = [i for i in StreamDecoder().feed(data) if isinstance(i, Package)]
        worked_s = time.thread_time() - started_s
        sender.join()
    assert len(packages) == 5000
    assert reads < 500
    assert worked_s < 1.0


@pytest.mark.slow
def test_a_peer_that_hangs_up_is_a_lost_link_with_its_address():
    with over_tcp() as (link, far_end):
        far_end.close()
        with pytest.raises(LinkLostError, match=r"socket://127\.0\.0\.1:\d+ broke while reading"):
            link.read(1.0)


@pytest.mark.slow
def test_a_closed_link_is_lost_and_closing_twice_is_allowed():
    with over_tcp() as (link, _):
        link.close()
        link.close()
        with pytest.raises(LinkLostError, match="broke while writing"):
            link.write(b"Z\n")


@pytest.mark.parametrize("address", ["socket://127.0.0.1:1", "/dev/no-such-port", "nonsense://x"])
def test_a_port_that_cannot_be_opened_is_named(address):
    with pytest.raises(LinkLostError, match=f"cannot open {address}: "):
        SerialLink(address)


@contextmanager
def pseudo_terminal(answers: dict[bytes, bytes]) -> Iterator[str]:
    """A serial port on whose other end somebody knows these answers."""
    openpty = getattr(os, "openpty", None)
    if openpty is None:
        pytest.skip("this system has no pseudo-terminals")
    import tty

    ours, theirs = openpty()
    tty.setraw(theirs)
    finished = threading.Event()

    def answer() -> None:
        heard = b""
        with suppress(OSError):
            while not finished.is_set():
                heard += os.read(ours, 1024)
                *lines, heard = heard.split(b"\n")
                for line in lines:
                    os.write(ours, answers.get(line, b""))

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield os.ttyname(theirs)
    finally:
        finished.set()
        os.write(theirs, b"\n")
        thread.join()
        os.close(theirs)
        os.close(ours)


INSTRUMENT = {
    b"": b"\n",
    b"Z": b"Z!0006\n",
    b"t": b"tnexus11500#Jan 5 2026 09:00:00\nR*\n",
    b"i": b"iNX0001\n",
}


def test_a_serial_port_is_read_in_bulk():
    with pseudo_terminal({b"go": PACKAGE * 50}) as address:
        link = SerialLink(address)
        link.write(b"go\n")
        data, reads = read_exactly(link, len(PACKAGE) * 50)
        link.close()
    assert data == PACKAGE * 50
    assert reads < len(PACKAGE)


def test_one_port_is_not_shared_by_two_links():
    with pseudo_terminal({}) as address:
        link = SerialLink(address)
        with pytest.raises(LinkLostError, match=f"cannot open {address}"):
            SerialLink(address)
        link.close()


@pytest.mark.slow  # connecting waits until the line has been quiet
def test_an_instrument_on_a_serial_port_is_found_and_names_itself():
    with pseudo_terminal(INSTRUMENT) as address:
        device = open_methodscript(address)
        device.connect()
        device.close()
    assert device.identity.model == "Nexus"
