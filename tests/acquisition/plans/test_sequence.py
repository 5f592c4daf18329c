"""Free sequences: order, repeats and ends."""

import pytest
from solidcell.acquisition.plans.sequence import Repeat, sequence
from solidcell.drivers.segments import Galvanostatic, Mark, Rest, SegmentEnd, SegmentResult
from support.scripted_judge import carried_out

CHARGE = Galvanostatic(current_a=1e-3, duration_s=60.0, voltage_min_v=2.0, voltage_max_v=4.0)
REST = Rest(duration_s=10.0)


def _completed(segment):
    return SegmentResult(end=SegmentEnd.COMPLETED)


def test_segments_are_carried_out_in_the_order_in_which_they_are_written():
    asked, outcome = carried_out(sequence([REST, CHARGE, Mark(label="done")]), _completed)

    assert asked == [REST, CHARGE, Mark(label="done")]
    assert outcome.startswith("completed")


def test_a_repeat_carries_out_its_segments_that_often_and_counts_the_cycles():
    asked, _ = carried_out(sequence([Repeat(3, (CHARGE, REST)), REST]), _completed)

    assert [type(s) for s in asked] == [Galvanostatic, Rest] * 3 + [Rest]
    assert [s.tags.get("cycle") for s in asked] == [0, 0, 1, 1, 2, 2, None]


def test_a_repeat_in_a_repeat_multiplies():
    asked, _ = carried_out(sequence([Repeat(2, (Repeat(3, (REST,)), CHARGE))]), _completed)
    assert len(asked) == 2 * (3 + 1)


@pytest.mark.parametrize("end", [SegmentEnd.VOLTAGE_LIMIT, SegmentEnd.CURRENT_LIMIT])
def test_a_cutoff_ends_its_segment_and_the_next_one_follows(end):
    asked, outcome = carried_out(sequence([CHARGE, REST]), lambda s: SegmentResult(end=end))

    assert asked == [CHARGE, REST]
    assert outcome.startswith("completed")


def test_a_stop_ends_the_sequence():
    stopped = SegmentResult(end=SegmentEnd.STOPPED, detail="by hand")
    asked, outcome = carried_out(sequence([CHARGE, REST]), lambda s: stopped)

    assert asked == [CHARGE]
    assert outcome == "ended: stopped by hand"
