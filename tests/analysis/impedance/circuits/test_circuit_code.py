"""Circuit strings: what is read, what is refused and where."""

import pytest
from solidcell.analysis.impedance import CircuitError, parse_circuit


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
        ("R0-R0", 3, "used twice"),
        ("R0+R1", 2, "no meaning"),
        ("R0-(R1,C1)", 3, "no meaning"),
        ("R0-__import__('os')", 3, "no meaning"),
    ],
)
def test_a_wrong_code_is_refused_at_its_character(code, position, problem):
    with pytest.raises(CircuitError, match=problem.replace("(", r"\(")) as refused:
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
