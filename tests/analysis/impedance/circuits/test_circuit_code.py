"""Circuit strings: what is read, what is refused and where."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance import CircuitError, parse_circuit
from solidcell.analysis.impedance.circuits.elements import ELEMENTS


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("R0", ("R0",)),
        ("R0-p(R1,CPE1)-CPE2", ("R0", "R1", "CPE1_0", "CPE1_1", "CPE2_0", "CPE2_1")),
        ("p(R1-Wo1,C1)", ("R1", "Wo1_0", "Wo1_1", "C1")),
        ("p(R1-p(R2,C2),CPE1)-L0", ("R1", "R2", "C2", "CPE1_0", "CPE1_1", "L0")),
        (" R0 - p( R1 , C1 ) ", ("R0", "R1", "C1")),
    ],
)
def test_parameters_are_named_as_in_impedance_py(code, names):
    circuit = parse_circuit(code)
    assert circuit.names == names
    assert str(circuit) == code.replace(" ", "")


@pytest.mark.parametrize(
    ("code", "position", "problem"),
    [
        ("", 0, "the string ends"),
        ("R0-", 3, "the string ends"),
        ("R0-p(R1,C1", 3, "never closed"),
        ("R0-p(R1)", 3, "two branches"),
        ("R0-X1", 3, "'X' is no element"),
        ("R0--R1", 3, "'-' stands"),
        ("R0)", 2, "closes nothing"),
        ("R0,C1", 2, "no p( is open"),
        ("R0 R1", 3, "'R1' stands where '-'"),
        ("R0p(R1,C1)", 2, "'p(' stands where '-'"),
        ("p(R1,C1 R2)", 8, "'R2' stands where '-'"),
        ("p(R1,)", 5, "')' stands where an element"),
        ("R0-R0", 3, "used twice"),
        ("R0+R1", 2, "no meaning"),
        ("R0-(R1,C1)", 3, "no meaning"),
        ("R0-__import__('os')", 3, "no meaning"),
    ],
)
def test_a_wrong_code_is_refused_at_its_character(code, position, problem):
    with pytest.raises(CircuitError, match=re.escape(problem)) as refused:
        parse_circuit(code)
    assert refused.value.position == position
    assert f"{code!r}, character {position + 1}: " in str(refused.value)


def test_a_missing_or_unknown_value_is_named():
    circuit = parse_circuit("R0-C1")
    with pytest.raises(ValueError, match="no value for C1"):
        circuit.impedance_ohm([1.0], {"R0": 1.0})
    with pytest.raises(ValueError, match="no parameter R7"):
        circuit.impedance_ohm([1.0], {"R0": 1.0, "C1": 1.0, "R7": 1.0})
    with pytest.raises(ValueError, match="2 parameters"):
        circuit.impedance_ohm([1.0], [1.0, 2.0, 3.0])


def test_a_caret_stands_under_the_wrong_character():
    with pytest.raises(CircuitError) as refused:
        parse_circuit("R0-\tX1-C1")
    line, caret, problem = refused.value.pointed.splitlines()
    assert line == "R0- X1-C1"
    assert caret == "    ^"
    assert problem == refused.value.problem
    assert "no element" in problem


@pytest.mark.parametrize("depth", [51, 5000])
def test_too_deep_a_circuit_is_refused_and_not_a_crash(depth):
    code = "p(" * depth + "R1"
    with pytest.raises(CircuitError, match="deeper than 50") as refused:
        parse_circuit(code)
    assert refused.value.position == 100


def test_a_circuit_may_be_fifty_deep_and_long():
    inner = "R0"
    for k in range(1, 51):
        inner = f"p(R{k},C{k}-{inner})"
    circuit = parse_circuit(inner)
    assert str(circuit) == inner
    assert circuit.impedance_ohm([1.0], [1.0] * len(circuit.names)).shape == (1,)
    assert len(parse_circuit("-".join(f"R{k}" for k in range(3000))).names) == 3000


leaf = st.sampled_from(sorted(ELEMENTS))
trees = st.recursive(
    leaf,
    lambda part: st.tuples(st.sampled_from("sp"), st.lists(part, min_size=2, max_size=4)),
    max_leaves=12,
)


def written(tree, numbers):
    if isinstance(tree, str):
        return f"{tree}{next(numbers)}"
    kind, parts = tree
    inner = [written(part, numbers) for part in parts]
    return f"p({','.join(inner)})" if kind == "p" else "-".join(inner)


@given(tree=trees)
def test_a_circuit_written_and_read_is_the_same(tree):
    code = written(tree, iter(range(99)))
    circuit = parse_circuit(code)
    assert str(circuit) == code
    assert parse_circuit(str(circuit)) == circuit
    spaced = code.replace(",", " ,\n").replace("-", "\t- ").replace(")", " )")
    assert parse_circuit(spaced) == circuit


def refusal_of(code):
    try:
        circuit = parse_circuit(code)
    except CircuitError as refused:
        return refused
    assert parse_circuit(str(circuit)) == circuit
    return None


@given(code=st.text() | st.text(alphabet="RCWp(),-_ 01Zarc", max_size=20))
def test_any_string_is_a_circuit_or_refused_at_a_character_of_it(code):
    refused = refusal_of(code)
    if refused is not None:
        assert 0 <= refused.position <= len(code)
        assert refused.code == code
