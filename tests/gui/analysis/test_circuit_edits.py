"""Circuits grow and shrink by single elements, and are drawn so that nothing overlaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance import parse_circuit
from solidcell.analysis.impedance.circuits.circuit import leaves
from solidcell.gui.analysis.circuit_edits import (
    CircuitEditError,
    add_arc,
    add_beside,
    add_in_series,
    remove_arc,
    remove_leaf,
)
from solidcell.gui.analysis.drawing import BLOCK_HEIGHT, BLOCK_WIDTH, draw_circuit


def renumbered(tree) -> str:
    """Write a tree of lists as a circuit with fresh names."""
    count = iter(range(1000))

    def text(node, in_series: bool) -> str:
        if isinstance(node, str):
            return f"{node}{next(count)}"
        parts = [text(part, not in_series) for part in node]
        return f"p({','.join(parts)})" if in_series else "-".join(parts)

    return text(tree, in_series=False)


symbols = st.sampled_from(["R", "C", "CPE", "L", "W", "Ws"])
trees = st.recursive(
    symbols, lambda inner: st.lists(inner, min_size=2, max_size=3), max_leaves=8
).map(lambda tree: tree if isinstance(tree, list) else [tree])
circuits = trees.map(renumbered)


def names(code: str) -> set[str]:
    return {leaf.name for leaf in leaves(parse_circuit(code).root)}


@given(code=circuits)
def test_one_more_arc_adds_a_resistor_and_a_cpe_and_nothing_else(code):
    added = names(add_arc(code)) - names(code)
    assert sorted(name.rstrip("0123456789") for name in added) == ["CPE", "R"]
    assert names(code) <= names(add_arc(code))


@given(code=circuits, data=st.data())
def test_an_element_removed_takes_no_other_with_it(code, data):
    gone = data.draw(st.sampled_from(sorted(names(code))))
    if len(names(code)) == 1:
        with pytest.raises(CircuitEditError, match="a circuit needs one"):
            remove_leaf(code, gone)
        return
    left = remove_leaf(code, gone)
    assert names(left) == names(code) - {gone}
    assert str(parse_circuit(left)) == left


@given(code=circuits, data=st.data())
def test_an_element_put_beside_another_is_in_parallel_with_it_and_comes_off_again(code, data):
    beside = data.draw(st.sampled_from(sorted(names(code))))
    wider = add_beside(code, beside, "C")
    (added,) = names(wider) - names(code)
    parts = [part for part in wider.split("p(") if added in part]
    assert any(beside in part for part in parts)
    assert names(remove_leaf(wider, added)) == names(code)


def test_an_inductor_stands_first_and_an_electrode_last():
    assert add_in_series("R0-p(R1,CPE1)-CPE2", "L") == "L1-R0-p(R1,CPE1)-CPE2"
    assert add_in_series("R0-p(R1,CPE1)-CPE2", "R") == "R0-p(R1,CPE1)-R2-CPE2"
    assert add_in_series("R0-p(R1,CPE1)-CPE2", "W") == "R0-p(R1,CPE1)-CPE2-W1"


def test_a_whole_arc_goes_at_once_but_not_the_last_one():
    assert remove_arc("p(R1,CPE1)-p(R2,C2-R3)", "R3") == "p(R1,CPE1)"
    with pytest.raises(CircuitEditError, match="is all there is"):
        remove_arc("p(R1,CPE1)", "R1")


@pytest.mark.parametrize("edit", [remove_leaf, remove_arc])
def test_what_is_not_in_the_circuit_cannot_be_removed(edit):
    with pytest.raises(CircuitEditError, match="has no element R9"):
        edit("R0-p(R1,CPE1)", "R9")


@given(code=circuits)
def test_blocks_never_overlap_and_lie_inside_the_drawing(code):
    drawn = draw_circuit(parse_circuit(code))
    assert {block.name for block in drawn.blocks} == names(code)
    for k, one in enumerate(drawn.blocks):
        assert BLOCK_WIDTH / 2 <= one.x <= drawn.width - BLOCK_WIDTH / 2
        assert BLOCK_HEIGHT / 2 <= one.y <= drawn.height - BLOCK_HEIGHT / 2
        for other in drawn.blocks[k + 1 :]:
            apart_x = abs(one.x - other.x) >= BLOCK_WIDTH
            apart_y = abs(one.y - other.y) >= BLOCK_HEIGHT
            assert apart_x or apart_y, (one.name, other.name)


@given(code=circuits)
def test_a_wire_leads_to_either_side_of_every_block(code):
    drawn = draw_circuit(parse_circuit(code))
    ends = {(round(w.x1, 6), round(w.y1, 6)) for w in drawn.wires}
    ends |= {(round(w.x2, 6), round(w.y2, 6)) for w in drawn.wires}
    for block in drawn.blocks:
        for side in (-1, 1):
            assert (round(block.x + side * BLOCK_WIDTH / 2, 6), round(block.y, 6)) in ends


def test_series_runs_left_to_right_and_parallel_is_stacked():
    drawn = draw_circuit(parse_circuit("R0-p(R1,CPE1)-W2"))
    at = {block.name: (block.x, block.y) for block in drawn.blocks}
    assert at["R0"][0] < at["R1"][0] < at["W2"][0]
    assert at["R1"][0] == at["CPE1"][0]
    assert at["R1"][1] < at["CPE1"][1]
