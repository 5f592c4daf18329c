"""Circuit strings in impedance.py's language, read by a tokenizer and a parser.

::

    series   = part ("-" part)*
    part     = element | "p(" series ("," series)+ ")"
    element  = symbol index          R0   CPE1   Wo_2

A symbol is one of :data:`.elements.ELEMENTS`; the index is any run of digits and
underscores. White space means nothing. Every element's name occurs once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .circuit import Circuit, Leaf, Node, Parallel, Series, leaves
from .elements import ELEMENTS

_TOKEN = re.compile(r"\s*(?:(?P<open>p\s*\()|(?P<word>[A-Za-z]+[0-9_]*)|(?P<mark>[-,)]))")


class CircuitError(ValueError):
    """A circuit string that cannot be read; `position` counts characters from 0."""

    def __init__(self, code: str, position: int, problem: str) -> None:
        super().__init__(f"circuit {code!r}, character {position + 1}: {problem}")
        self.position = position


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def parse_circuit(code: str) -> Circuit:
    """Read a circuit string.

    Parameters
    ----------
    code : str
        As ``"R0-p(R1,CPE1)-CPE2"``.

    Returns
    -------
    Circuit
        With parameters named as in impedance.py: ``R1``, ``CPE1_0`` (Q), ``CPE1_1`` (alpha).

    Raises
    ------
    CircuitError
        If the string cannot be read; the message points at the character.

    Examples
    --------
    >>> parse_circuit("R0-p(R1,CPE1)-CPE2").names
    ('R0', 'R1', 'CPE1_0', 'CPE1_1', 'CPE2_0', 'CPE2_1')
    >>> z = parse_circuit("R0-L1").impedance_ohm([1e6], {"R0": 3.0, "L1": 4e-6})
    >>> round(float(z[0].imag), 6)
    25.132741
    """
    tokens = _tokens(code)
    root, at = _series(code, tokens, 0)
    last = tokens[at]
    if last.kind != "end":
        raise CircuitError(code, last.position, f"{last.text!r} closes nothing")
    _require_distinct_names(code, root, tokens)
    return Circuit(root)


def _tokens(code: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    end = len(code.rstrip())
    while at < end:
        match = _TOKEN.match(code, at)
        if match is None:
            at += len(code[at:]) - len(code[at:].lstrip())
            raise CircuitError(code, at, f"{code[at]!r} has no meaning here")
        kind = str(match.lastgroup)
        found.append(_Token(kind, match.group(kind), match.start(kind)))
        at = match.end()
    found.append(_Token("end", "", end))
    return found


def _series(code: str, tokens: list[_Token], at: int) -> tuple[Node, int]:
    part, at = _part(code, tokens, at)
    parts = [part]
    while tokens[at].text == "-":
        part, at = _part(code, tokens, at + 1)
        parts.append(part)
    return (Series(tuple(parts)) if len(parts) > 1 else part), at


def _part(code: str, tokens: list[_Token], at: int) -> tuple[Node, int]:
    token = tokens[at]
    if token.kind == "word":
        return _element(code, token), at + 1
    if token.kind == "open":
        return _parallel(code, tokens, at)
    found = "the string ends" if token.kind == "end" else f"{token.text!r} stands"
    raise CircuitError(code, token.position, f"{found} where an element or p( must come")


def _parallel(code: str, tokens: list[_Token], at: int) -> tuple[Node, int]:
    opened = tokens[at]
    branch, at = _series(code, tokens, at + 1)
    branches = [branch]
    while tokens[at].text == ",":
        branch, at = _series(code, tokens, at + 1)
        branches.append(branch)
    if tokens[at].text != ")":
        raise CircuitError(code, opened.position, "this p( is never closed")
    if len(branches) < 2:
        raise CircuitError(code, opened.position, "p( ) needs two branches or more, got one")
    return Parallel(tuple(branches)), at + 1


def _element(code: str, token: _Token) -> Leaf:
    symbol = token.text.rstrip("0123456789_")
    if symbol not in ELEMENTS:
        known = ", ".join(ELEMENTS)
        raise CircuitError(code, token.position, f"{symbol!r} is no element; known are {known}")
    return Leaf(token.text, ELEMENTS[symbol])


def _require_distinct_names(code: str, root: Node, tokens: list[_Token]) -> None:
    seen: set[str] = set()
    words = [token for token in tokens if token.kind == "word"]
    for leaf, token in zip(leaves(root), words, strict=True):
        if leaf.name in seen:
            raise CircuitError(code, token.position, f"the name {leaf.name} is used twice")
        seen.add(leaf.name)
