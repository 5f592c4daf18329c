"""Every fault of the wire, under every driver, in everything that a driver does."""

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.simulated.fault_outcomes import OUTCOMES, PHASES
from solidcell.drivers.simulated.faults import Fault, Kind
from support.fault_trials import Outcome, lines_said, operations, tried
from support.faulty_wires import STACKS, wired

BYTES = (0, 1, 9, 30)


@functools.cache
def places(stack: str, operation: str) -> list[tuple[int, int]]:
    """A few lines of the operation, from the first to the last, and a byte in each."""
    with wired(stack) as bench:
        count = lines_said(bench, operation)
    lines = sorted({0, count // 4, count // 3, count // 2, 2 * count // 3, count - 1})
    return [(line, BYTES[n % len(BYTES)]) for n, line in enumerate(lines)] + [(count - 1, 0)]


@functools.cache
def operations_of(stack: str, phase: str) -> tuple[str, ...]:
    with wired(stack) as bench:
        return operations(bench, phase)


def trial(stack: str, operation: str, *faults: Fault) -> Outcome:
    with wired(stack) as bench:
        return tried(bench, operation, *faults)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("stack", STACKS)
def test_no_fault_of_the_wire_becomes_a_wrong_reading_or_an_unsafe_cell(stack, phase, kind):
    outcomes = [
        trial(stack, operation, Fault(kind, line, at))
        for operation in operations_of(stack, phase)
        for line, at in places(stack, operation)
    ]
    words = {outcome.word for outcome in outcomes if outcome.happened}
    assert words == set(OUTCOMES[stack][kind][PHASES.index(phase)])


FAULTS = st.builds(
    Fault, kind=st.sampled_from(Kind), line=st.integers(0, 25), at=st.integers(0, 120)
)


@pytest.mark.slow
@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("phase", PHASES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_nor_do_several_faults_at_any_place(stack, phase, data):
    operation = data.draw(st.sampled_from(operations_of(stack, phase)))
    trial(stack, operation, *data.draw(st.lists(FAULTS, min_size=1, max_size=3)))
