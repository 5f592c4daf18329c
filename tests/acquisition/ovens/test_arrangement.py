"""Who has the oven and who waits: the laws of the queue, for any queue."""

from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.ovens.arrangement import arranged
from solidcell.acquisition.ovens.request import Request
from solidcell.acquisition.processes import this_process

TEMPERATURES = (298.15, 313.15, 333.15, None)
ME = this_process()


def request(number, temperature_k):
    return Request(
        run_id=f"run-{number}", temperature_k=temperature_k, asked_s=float(number), process=ME
    )


QUEUES = st.lists(st.sampled_from(TEMPERATURES), max_size=6).map(
    lambda wanted: [request(number, k) for number, k in enumerate(wanted)]
)


def lived_through(queue, choose):
    """Let everybody come and go as ``choose`` says; yield each arrangement with its queue."""
    granted = frozenset()
    present = []
    coming = list(queue)
    while coming or present:
        if coming and (not present or choose()):
            present.append(coming.pop(0))
        else:
            found = arranged(present, granted)
            gone = (found.holders or tuple(present))[0]
            present.remove(gone)
        found = arranged(present, granted)
        yield found, list(present), granted
        granted = frozenset(each.key for each in found.holders)


@settings(max_examples=40)
@given(queue=QUEUES, data=st.data())
def test_the_setpoint_changes_only_when_nobody_holds_the_present_one(queue, data):
    before = None
    for found, present, granted in lived_through(queue, lambda: data.draw(st.booleans())):
        if any(each.key in granted for each in present):
            assert found.target_k == before
        before = found.target_k


@settings(max_examples=40)
@given(queue=QUEUES, data=st.data())
def test_all_who_have_the_oven_want_the_same_and_nobody_is_lost(queue, data):
    for found, present, _ in lived_through(queue, lambda: data.draw(st.booleans())):
        assert {each.temperature_k for each in found.holders} <= {found.target_k}
        both = [*found.holders, *found.waiting]
        wanting = [each for each in present if each.temperature_k is not None]
        assert sorted(each.key for each in both) == sorted(each.key for each in wanting)


@settings(max_examples=40)
@given(queue=QUEUES, data=st.data())
def test_who_comes_later_never_passes_one_who_wants_another_temperature(queue, data):
    for found, _, granted in lived_through(queue, lambda: data.draw(st.booleans())):
        new = [each for each in found.holders if each.key not in granted]
        stays = any(each.key in granted for each in found.holders)
        for late in new:
            passed = [each for each in found.waiting if each.asked_s < late.asked_s]
            assert not (stays and passed)


@settings(max_examples=40)
@given(queue=QUEUES, data=st.data())
def test_an_oven_never_stands_idle_while_somebody_waits(queue, data):
    for found, *_ in lived_through(queue, lambda: data.draw(st.booleans())):
        assert bool(found.holders) or not found.waiting


def test_first_come_first_served():
    queue = [request(1, 333.15), request(2, 298.15)]
    assert arranged(queue, frozenset()).target_k == 333.15


def test_equal_temperatures_share_when_their_turn_comes():
    queue = [request(1, 333.15), request(2, 298.15), request(3, 333.15)]
    found = arranged(queue, frozenset())
    assert [each.run_id for each in found.holders] == ["run-1", "run-3"]


def test_a_late_one_who_wants_the_present_temperature_waits_behind_those_who_wait():
    queue = [request(1, 333.15), request(2, 298.15), request(3, 333.15)]
    found = arranged(queue, frozenset({queue[0].key}))
    assert [each.run_id for each in found.holders] == ["run-1"]
    assert [each.run_id for each in found.waiting] == ["run-2", "run-3"]


def test_a_late_one_joins_at_once_where_nobody_waits_for_another_temperature():
    queue = [request(1, 333.15), request(2, 333.155)]
    found = arranged(queue, frozenset({queue[0].key}))
    assert len(found.holders) == 2


def test_who_only_watches_holds_nothing_and_keeps_nobody_waiting():
    found = arranged([request(1, None), request(2, 333.15)], frozenset())
    assert [each.run_id for each in found.holders] == ["run-2"]
