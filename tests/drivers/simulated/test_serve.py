import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from solidcell.drivers.clock import Clock, JumpClock, SystemClock
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.simulated.conversation import BACKLOG_BYTES, Conversation
from solidcell.drivers.simulated.places import ManyHostsPlace, PtyPlace, TcpPlace
from solidcell.drivers.simulated.serve import InProcessLink, serve_places, serve_pty, serve_tcp

DEADLINE_S = 10.0


class Metronome:
    """Answers a line with its reverse; between ``go`` and ``halt`` it ticks every ``period_s``."""

    def __init__(self, clock: Clock, period_s: float, tail: bytes = b"") -> None:
        self._clock, self._period_s, self._tail = clock, period_s, tail
        self._line = bytearray()
        self._next_s: float | None = None
        self.count = 0
        self.wanted = 0
        self.reached = threading.Event()
        self.hung_up = threading.Event()

    def receive(self, data: bytes) -> bytes:
        self._line += data
        answer = b""
        while b"\n" in self._line:
            line, _, rest = self._line.partition(b"\n")
            self._line = bytearray(rest)
            answer += self._obey(bytes(line))
        return answer

    def _obey(self, line: bytes) -> bytes:
        if line == b"go":
            self._next_s = self._clock.now_s() + self._period_s
        elif line == b"halt":
            self._next_s = None
        return line[::-1] + b"\n"

    def poll(self) -> bytes:
        said = b""
        while self._next_s is not None and self._next_s <= self._clock.now_s():
            said += b"tick %d%b\n" % (self.count, self._tail)
            self.count += 1
            self._next_s += self._period_s
        if self.wanted and self.count >= self.wanted:
            self.reached.set()
        return said

    def due_s(self) -> float | None:
        return self._next_s

    def hang_up(self) -> None:
        self.hung_up.set()


@contextlib.contextmanager
def running(serve: Callable[[Callable, threading.Event], None]) -> Iterator:
    """Run a server in a thread that is waited for; give what it was ready with."""
    ready, stop, addresses = threading.Event(), threading.Event(), []

    def note(address) -> None:
        addresses.append(address)
        ready.set()

    thread = threading.Thread(target=serve, args=(note, stop))
    thread.start()
    try:
        assert ready.wait(DEADLINE_S)
        yield addresses[0]
    finally:
        stop.set()
        thread.join(DEADLINE_S)
        assert not thread.is_alive()


def tcp(twin: Metronome, clock: Clock):
    return running(lambda ready, stop: serve_tcp(twin, clock, "127.0.0.1", 0, ready, stop))


def lines_from(connection: socket.socket, count: int) -> list[bytes]:
    connection.settimeout(DEADLINE_S)
    heard = b""
    while heard.count(b"\n") < count:
        heard += connection.recv(1 << 16)
    return heard.split(b"\n")[:count]


def test_a_host_on_tcp_is_answered_however_its_bytes_are_split() -> None:
    clock = SystemClock()
    with (
        tcp(Metronome(clock, 1.0), clock) as port,
        socket.create_connection(("127.0.0.1", port)) as host,
    ):
        for byte in b"abc\n":
            host.sendall(bytes([byte]))
        assert lines_from(host, 1) == [b"cba"]


def test_a_host_that_comes_back_finds_the_twin_as_it_went_on_alone() -> None:
    clock = SystemClock(speed=1000.0)
    twin = Metronome(clock, period_s=10.0)
    with tcp(twin, clock) as port:
        with socket.create_connection(("127.0.0.1", port)) as host:
            host.sendall(b"go\n")
            assert lines_from(host, 1) == [b"og"]
        assert twin.hung_up.wait(DEADLINE_S)
        twin.wanted = seen = twin.count + 5
        assert twin.reached.wait(DEADLINE_S)
        with socket.create_connection(("127.0.0.1", port)) as host:
            first = lines_from(host, 1)[0]
    assert int(first.split()[1]) >= seen, "what was said to nobody is lost"


def test_a_second_host_is_turned_away_at_once_and_the_first_goes_on() -> None:
    clock = SystemClock()
    twin = Metronome(clock, 1.0)
    with tcp(twin, clock) as port:
        with socket.create_connection(("127.0.0.1", port)) as host:
            host.sendall(b"abc\n")
            assert lines_from(host, 1) == [b"cba"]
            with socket.create_connection(("127.0.0.1", port)) as other:
                other.settimeout(DEADLINE_S)
                assert other.recv(1) == b""
            host.sendall(b"def\n")
            assert lines_from(host, 1) == [b"fed"]
        assert twin.hung_up.wait(DEADLINE_S)
        with socket.create_connection(("127.0.0.1", port)) as other:
            other.sendall(b"ghi\n")
            assert lines_from(other, 1) == [b"ihg"]


def test_a_fast_clock_carries_three_thousand_packages_a_second_in_order() -> None:
    clock = SystemClock(speed=1000.0)
    twin = Metronome(clock, period_s=0.1)  # ten thousand a second of wall time
    with tcp(twin, clock) as port, socket.create_connection(("127.0.0.1", port)) as host:
        host.sendall(b"go\n")
        start_s = time.monotonic()
        heard = lines_from(host, 1001)
        took_s = time.monotonic() - start_s
    assert heard[1:] == [b"tick %d" % n for n in range(1000)]
    assert took_s < 1000 / 3000


def test_a_host_that_never_reads_does_not_keep_the_server_from_stopping() -> None:
    clock = SystemClock(speed=1000.0)
    twin = Metronome(clock, period_s=1.0, tail=b"." * BACKLOG_BYTES)
    twin.wanted = 2
    with tcp(twin, clock) as port, socket.create_connection(("127.0.0.1", port)) as host:
        host.sendall(b"go\n")
        assert twin.reached.wait(DEADLINE_S)


def test_what_does_not_fit_the_wire_at_once_follows_whole() -> None:
    clock = SystemClock()
    line = bytes(range(32, 127)) * 80_000  # beyond the buffers of any loopback
    heard = b""
    with (
        tcp(Metronome(clock, 1.0), clock) as port,
        socket.create_connection(("127.0.0.1", port)) as host,
    ):
        host.settimeout(DEADLINE_S)
        host.sendall(line + b"\n")
        pieces = [host.recv(1 << 18)]
        while not pieces[-1].endswith(b"\n"):
            pieces.append(host.recv(1 << 18))
        heard = b"".join(pieces)
    assert heard == line[::-1] + b"\n"


def test_a_host_that_never_reads_stalls_its_twin_and_fills_no_memory() -> None:
    class DeafWire:
        def take(self) -> bytes:
            return b""

        def give(self, data: bytes) -> int:
            return 0

    clock = JumpClock()
    twin = Metronome(clock, period_s=1.0, tail=b"." * (BACKLOG_BYTES // 10))
    twin.receive(b"go\n")
    conversation = Conversation(twin, clock)
    for _ in range(50):
        clock.sleep_until(clock.now_s() + 1.0)
        assert conversation.carry(DeafWire())
    assert twin.count == 10


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_serial_host_on_a_pseudo_terminal_leaves_and_comes_back() -> None:
    import serial

    clock = SystemClock()
    twin = Metronome(clock, period_s=1.0)
    with running(lambda ready, stop: serve_pty(twin, clock, ready, stop)) as path:
        for _ in range(2):
            with serial.Serial(path, timeout=DEADLINE_S) as host:
                host.write(b"a\rb\n")
                assert host.readline() == b"b\ra\n", "raw: no echo, no translation"
            assert twin.hung_up.wait(DEADLINE_S)
            twin.hung_up.clear()


class Party:
    """A twin for many hosts: each is answered by itself, and one count of the beats is kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.guests: list[Metronome] = []

    def session(self) -> Metronome:
        self.guests.append(Metronome(self._clock, period_s=1.0))
        return self.guests[-1]


def together(*places):
    def serve(ready, stop) -> None:
        ready([place.at for place in places])
        serve_places(places, stop)

    return running(serve)


def test_many_hosts_speak_to_one_twin_each_in_a_conversation_of_its_own() -> None:
    clock = SystemClock()
    party = Party(clock)
    with together(ManyHostsPlace(party, clock, "127.0.0.1", 0)) as (port,):
        with contextlib.ExitStack() as stack:
            hosts = [
                stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                for _ in range(12)
            ]
            for number, host in enumerate(hosts):
                host.sendall(b"host %d" % number)
            for host in reversed(hosts):
                host.sendall(b"\n")
            answers = [lines_from(host, 1)[0] for host in hosts]
        assert answers == [(b"host %d" % number)[::-1] for number in range(12)]
        assert all(guest.hung_up.wait(DEADLINE_S) for guest in party.guests[1:])
    assert party.guests[0].hung_up.is_set(), "the one that nobody heard"


def test_a_twin_for_many_hosts_goes_on_while_nobody_is_connected() -> None:
    clock = SystemClock(speed=1000.0)
    party = Party(clock)
    place = ManyHostsPlace(party, clock, "127.0.0.1", 0)
    party.guests[0].receive(b"go\n")
    party.guests[0].wanted = 3
    with together(place):
        assert party.guests[0].reached.wait(DEADLINE_S)


def test_a_host_of_many_that_never_reads_stalls_itself_alone() -> None:
    clock = SystemClock(speed=1000.0)
    party = Party(clock)
    with (
        together(ManyHostsPlace(party, clock, "127.0.0.1", 0)) as (port,),
        socket.create_connection(("127.0.0.1", port)) as deaf,
    ):
        deaf.sendall(b"x" * (1 << 16) + b"\n")
        for _ in range(200):
            deaf.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                deaf.send(b"y" * (1 << 16) + b"\n")
        with socket.create_connection(("127.0.0.1", port)) as host:
            host.sendall(b"abc\n")
            assert lines_from(host, 1) == [b"cba"]


def test_twins_that_are_served_together_never_run_at_the_same_time() -> None:
    clock = SystemClock()
    inside: list[str] = []

    class Jealous(Metronome):
        def receive(self, data: bytes) -> bytes:
            inside.append("in")
            time.sleep(0)  # offer the turn to any other thread that there might be
            inside.append("out")
            return super().receive(data)

    places = [TcpPlace(Jealous(clock, 1.0), clock, "127.0.0.1", 0) for _ in range(3)]
    with together(*places) as ports, contextlib.ExitStack() as stack:
        hosts = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port))) for port in ports
        ]
        for n in range(20):
            for host in hosts:
                host.sendall(b"%d\n" % (100 + n))
        for host in hosts:
            assert lines_from(host, 20) == [(b"%d" % (100 + n))[::-1] for n in range(20)]
    assert inside == ["in", "out"] * (len(inside) // 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_serial_twin_and_a_networked_one_are_served_together() -> None:
    import serial

    clock = SystemClock()
    places = (
        PtyPlace(Metronome(clock, 1.0), clock),
        TcpPlace(Metronome(clock, 1.0), clock, "127.0.0.1", 0),
    )
    with (
        together(*places) as (path, port),
        serial.Serial(path, timeout=DEADLINE_S) as wired,
        socket.create_connection(("127.0.0.1", port)) as networked,
    ):
        networked.sendall(b"net\n")
        wired.write(b"line\n")
        assert lines_from(networked, 1) == [b"ten"]
        assert wired.readline() == b"enil\n"


def test_a_port_that_is_taken_is_named() -> None:
    clock = SystemClock()
    with (
        tcp(Metronome(clock, 1.0), clock) as port,
        pytest.raises(LinkLostError, match=f"cannot listen on 127.0.0.1 port {port}"),
    ):
        TcpPlace(Metronome(clock, 1.0), clock, "127.0.0.1", port)


def test_a_link_in_process_leaps_to_what_the_twin_says_next() -> None:
    clock = JumpClock()
    link = InProcessLink(Metronome(clock, period_s=3600.0), clock)
    link.write(b"go\n")
    assert link.read(0.1) == b"og\n"
    assert link.read(0.1) == b"tick 0\n"
    assert clock.now_s() == 3600.0


def test_a_link_to_a_silent_twin_times_out_on_the_clock() -> None:
    clock = JumpClock()
    link = InProcessLink(Metronome(clock, period_s=1.0), clock)
    assert link.read(0.25) == b""
    assert clock.now_s() == 0.25


def test_a_link_on_a_paced_clock_waits_no_longer_than_its_timeout() -> None:
    clock = SystemClock(speed=100.0)
    link = InProcessLink(Metronome(clock, period_s=1e6), clock)
    link.write(b"go\n")
    link.read(0.001)
    assert link.read(0.001) == b""
    assert clock.now_s() < 1e3


def test_a_link_closed_twice_hangs_up_and_is_lost() -> None:
    clock = JumpClock()
    twin = Metronome(clock, period_s=1.0)
    link = InProcessLink(twin, clock)
    link.close()
    link.close()
    assert twin.hung_up.is_set()
    with pytest.raises(LinkLostError, match="closed"):
        link.read(0.1)
    with pytest.raises(LinkLostError, match="closed"):
        link.write(b"x")
