"""The order of a queue: what a person puts in comes out in that order, once, whatever happens."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
)
from solidcell.acquisition.queue import state as states
from solidcell.acquisition.queue.state import Held, QueuedJob, QueueError, QueueState

BY = {"pid": 7, "started_s": 1.0, "boot_id": "boot-1"}


def job(number):
    return QueuedJob(
        id=f"A1-{number}",
        protocol="/lab/ccd.yaml",
        bench="/lab/bench.toml",
        cell=f"/lab/cell-{number}.yaml",
        operator="ada",
        who="ada",
        utc="2026-11-21T09:00:00+00:00",
    )


def reason(text):
    return Held(reason=text, who="solidcell", utc="2026-11-21T09:00:00+00:00")


def queue_with(*numbers):
    state = QueueState(channel="A1", bench="/lab/bench.toml")
    for number in numbers:
        state = states.add(state, job(number))
    return state


def ids(state):
    return [each.id for each in state.waiting]


class QueueMachine(RuleBasedStateMachine):
    """A queue beside the simplest thing that could be one: a list, and what was done to it."""

    jobs = Bundle("jobs")

    def __init__(self):
        super().__init__()
        self.state = queue_with()
        self.waiting = []
        self.starting = None
        self.running = None
        self.held = False
        self.begun = []

    @rule(target=jobs)
    def add(self):
        number = self.state.next_number
        self.state = states.add(self.state, job(number))
        self.waiting.append(f"A1-{number}")
        return f"A1-{number}"

    @rule(which=consumes(jobs))
    def remove(self, which):
        if which in self.waiting:
            self.waiting.remove(which)
            self.state = states.remove(self.state, which)
        else:
            with pytest.raises(QueueError, match=which):
                states.remove(self.state, which)

    @rule(which=jobs, to=st.integers(-1, 6))
    def move(self, which, to):
        if which in self.waiting and 1 <= to <= len(self.waiting):
            self.waiting.remove(which)
            self.waiting.insert(to - 1, which)
            self.state = states.move(self.state, which, to)
        else:
            with pytest.raises(QueueError):
                states.move(self.state, which, to)

    @rule()
    def hold(self):
        self.held = True
        self.state = states.hold(self.state, reason("held by ada"))

    @rule()
    def release(self):
        self.held = False
        self.state = states.release(self.state)

    def _is_free(self):
        return self.waiting and not (self.held or self.starting or self.running)

    @precondition(_is_free)
    @rule()
    def take(self):
        self.starting = self.waiting.pop(0)
        self.state = states.take(self.state, f"run of {self.starting}", BY)

    @precondition(lambda self: not self._is_free())
    @rule()
    def nothing_is_taken_from_a_queue_that_may_not_start(self):
        with pytest.raises(QueueError):
            states.take(self.state, "another run", BY)

    @precondition(lambda self: self.starting)
    @rule()
    def the_run_begins(self):
        self.begun.append(self.starting)
        self.state = states.began(self.state, f"run of {self.starting}")
        self.running, self.starting = self.starting, None

    @precondition(lambda self: self.starting)
    @rule()
    def the_run_does_not_begin(self):
        self.waiting.insert(0, self.starting)
        self.held = True
        back = states.put_back(self.state, f"run of {self.starting}")
        self.state = states.hold(back, reason("no answer"))
        self.starting = None

    @precondition(lambda self: self.running)
    @rule(good=st.booleans())
    def the_run_ends(self, good):
        self.state = states.ended(self.state, f"run of {self.running}")
        if not good:
            self.state = states.hold(self.state, reason(f"{self.running} tripped"))
            self.held = True
        self.running = None

    @rule(late=st.sampled_from(["began", "put_back", "ended"]))
    def news_of_a_run_that_is_no_longer_waited_for_changes_nothing(self, late):
        assert getattr(states, late)(self.state, "run of yesterday") == self.state

    @rule()
    def the_machine_restarts(self):
        self.state = QueueState.from_json(json.loads(json.dumps(self.state.as_json())))

    @invariant()
    def the_queue_is_the_list(self):
        assert ids(self.state) == self.waiting
        assert bool(self.state.held) == self.held
        assert (self.state.taken.job.id if self.state.taken else None) == self.starting
        assert self.state.current == (f"run of {self.running}" if self.running else None)
        assert self.state.may_start == bool(self._is_free())

    @invariant()
    def nothing_begins_twice(self):
        assert len(set(self.begun)) == len(self.begun)
        assert not set(self.begun) & set(self.waiting)


TestQueueOrder = QueueMachine.TestCase
TestQueueOrder.settings = settings(max_examples=25, stateful_step_count=30)
TestQueueOrder = pytest.mark.slow(TestQueueOrder)


def test_a_job_that_is_being_started_can_be_neither_moved_nor_removed():
    state = states.take(queue_with(1, 2), "run-1", BY)
    with pytest.raises(QueueError, match="A1-1 waits no longer: it is being started as run-1"):
        states.remove(state, "A1-1")
    with pytest.raises(QueueError, match="is being started"):
        states.move(state, "A1-1", 1)


def test_a_place_that_the_queue_does_not_have_is_refused_naming_what_it_has():
    with pytest.raises(QueueError, match="place 4 is not allowed: the queue has 1 to 3"):
        states.move(queue_with(1, 2, 3), "A1-2", 4)


def test_all_reasons_of_a_held_queue_are_kept_each_once():
    state = queue_with(1)
    for text in ("held by ada", "run-1 tripped", "held by ada"):
        state = states.hold(state, reason(text))
    assert state.held.reason == "held by ada; run-1 tripped"


def test_a_number_is_never_given_again():
    state = states.remove(queue_with(1, 2), "A1-2")
    assert state.next_number == 3
