"""What a run still has before it: told while it follows its plan, and not guessed after that."""

import pytest
from solidcell.acquisition.preview.plan_ahead import Ahead, plan_ahead, step_text
from solidcell.acquisition.record.rows import Segment
from support.runs import header

PLAN = Ahead(names=("step", "step", "rest"), durations_s=(10.0, 20.0, 30.0), steps=1)


def segment(name="rest", elapsed_s=0.0, duration_s=0.0, **tags):
    return Segment(
        seq=1,
        number=0,
        elapsed_s=elapsed_s,
        kind="Rest",
        name=name,
        settings={"duration_s": duration_s},
        tags=tags,
    )


def test_what_is_left_is_the_rest_of_this_segment_and_all_that_follow():
    assert PLAN.remaining_s([segment("step", 100.0)], 104.0) == pytest.approx(6.0 + 20.0 + 30.0)


def test_a_run_that_left_its_plan_tells_nothing():
    assert PLAN.remaining_s([segment("step"), segment("confirm rest", 10.0)], 11.0) is None
    assert PLAN.remaining_s([], 0.0) is None


def test_a_segment_that_was_taken_up_again_counts_once():
    begun = [
        segment("step", 0.0),
        segment("paused", 4.0, 3600.0, paused=True),
        segment("step", 64.0, 6.0, continues=0),
    ]
    assert PLAN.remaining_s(begun[:2], 60.0) == pytest.approx(6.0 + 20.0 + 30.0)
    assert PLAN.remaining_s(begun, 65.0) == pytest.approx(5.0 + 20.0 + 30.0)


def test_a_segment_that_takes_longer_than_planned_has_nothing_left():
    assert PLAN.remaining_s([segment("step")], 12.0) == pytest.approx(20.0 + 30.0)


def test_a_protocol_that_cannot_be_read_any_more_has_no_plan():
    assert plan_ahead(header(protocol_text="protocol: of another age")) == Ahead()


def test_steps_are_counted_from_one():
    assert step_text(segment(phase="step", step=2), 15) == "step 3 of 15"
    assert step_text(segment(phase="formation", cycle=1), 15) == "formation"
    assert step_text(None, 15) == ""
