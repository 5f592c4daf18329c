import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.simulated.wire_faults import (
    DAMAGES,
    KINDS,
    LATE_S,
    FaultyTwin,
    behind_a_bad_wire,
    checked_chances,
)


class Echo:
    """Says what it was told, at once."""

    left = False

    def receive(self, data: bytes) -> bytes:
        return data

    def poll(self) -> bytes:
        return b""

    def due_s(self) -> float | None:
        return None

    def hang_up(self) -> None:
        self.left = True


class Echoes:
    def session(self) -> Echo:
        return Echo()


LINES = b"".join(b"line %d\n" % number for number in range(200))


@given(st.lists(st.binary(max_size=30), max_size=10))
@settings(max_examples=50, deadline=None)
def test_a_wire_without_faults_carries_everything_as_it_is(pieces: list[bytes]) -> None:
    wire = FaultyTwin(Echo(), JumpClock(), dict.fromkeys(KINDS, 0.0))
    assert b"".join(wire.receive(piece) for piece in pieces) == b"".join(pieces)


def test_a_late_line_comes_late_and_none_overtakes_it() -> None:
    clock = JumpClock()
    wire = FaultyTwin(Echo(), clock, {"late": 0.1}, seed=1)
    at_once = wire.receive(LINES)
    assert LINES.startswith(at_once)
    assert len(at_once) < len(LINES)
    assert wire.due_s() == LATE_S
    clock.sleep_until(LATE_S)
    assert at_once + wire.poll() == LINES
    assert wire.due_s() is None


@pytest.mark.parametrize("kind", sorted(DAMAGES))
def test_chance_strikes_as_often_as_it_is_told(kind: str) -> None:
    wire = FaultyTwin(Echo(), JumpClock(), {kind: 0.2}, seed=2)
    struck = 0
    for number in range(200):
        line = b"line %d\n" % number
        struck += wire.receive(line) != line
    assert 20 <= struck <= 60


def test_the_same_seed_strikes_the_same_lines() -> None:
    chances = dict.fromkeys(DAMAGES, 0.1)
    first, second, other = (
        FaultyTwin(Echo(), JumpClock(), chances, seed=seed).receive(LINES) for seed in (3, 3, 4)
    )
    assert first == second != other


def test_what_is_under_way_is_lost_when_the_host_hangs_up() -> None:
    clock, echo = JumpClock(), Echo()
    wire = FaultyTwin(echo, clock, {"late": 1.0})
    assert wire.receive(b"a\n") == b""
    wire.hang_up()
    clock.sleep_until(10.0)
    assert (wire.poll(), echo.left) == (b"", True)


def test_a_link_in_this_process_waits_for_a_late_line() -> None:
    clock = JumpClock()
    link = InProcessLink(FaultyTwin(Echo(), clock, {"late": 1.0}), clock)
    link.write(b"a\n")
    assert link.read(5.0) == b"a\n"
    assert clock.now_s() == LATE_S


def test_each_of_many_hosts_has_a_bad_wire_of_its_own() -> None:
    party = behind_a_bad_wire(Echoes(), JumpClock(), {"lost": 0.5})
    first, second = (party.session().receive(LINES) for _ in range(2))
    assert first != second
    assert 0 < len(first) < len(LINES)


@pytest.mark.parametrize(
    ("chances", "line"),
    [({"slow": 0.1}, "'slow' is no fault of a wire; there are late, "), ({"late": 2.0}, "0 to 1")],
)
def test_a_fault_that_there_is_not_is_refused(chances, line) -> None:
    with pytest.raises(ValueError, match=line):
        checked_chances(chances)
