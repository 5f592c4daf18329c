"""Circuit strings in impedance.py's language, read by a tokenizer and a parser.

::

    series   = part ("-" part)*
    part     = element | "p(" series ("," series)+ ")"
    element  = symbol index          R0   CPE1   Wo_2

A symbol is one of :data:`.elements.ELEMENTS` or of the elements given with the string; the
index is any run of digits and underscores. White space means nothing. Every element's name
occurs once. Parallels lie within one another to a depth of 50 at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .circuit import Circuit, Leaf, Node, Parallel, Series, leaves
from .elements import ELEMENTS, Element

_TOKEN = re.compile(r"\s*(?:(?P<open>p\s*\()|(?P<word>[A-Za-z]+[0-9_]*)|(?P<mark>[-,)]))")


_DEEPEST = 50


class CircuitError(ValueError):
    """A circuit string that cannot be read.

    Attributes
    ----------
    code : str
        The string.
    position : int
        The character that is wrong, counted from 0; the length of the string if it ends early.
    problem : str
        What is wrong with it.
    """

    def __init__(self, code: str, position: int, problem: str) -> None:
        super().__init__(f"circuit {code!r}, character {position + 1}: {problem}")
        self.code = code
        self.position = position
        self.problem = problem

    @property
    def pointed(self) -> str:
        """The string with a caret under the character, and the problem, as three lines.

        >>> try:
        ...     parse_circuit("R0-X1")
        ... except CircuitError as error:
        ...     print("\\n".join(error.pointed.splitlines()[:2]))
        R0-X1
           ^
        """
        line = re.sub(r"\s", " ", self.code)
        return f"{line}\n{' ' * self.position}^\n{self.problem}"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def parse_circuit(code: str, *, elements: Iterable[Element] = ()) -> Circuit:
    """Read a circuit string.

    Parameters
    ----------
    code : str
        As ``"R0-p(R1,CPE1)-CPE2"``.
    elements : iterable of Element
        Elements of :func:`user_element` that the string may name besides the known ones.

    Returns
    -------
    Circuit
        With parameters named as in impedance.py: ``R1``, ``CPE1_0`` (Q), ``CPE1_1`` (alpha).

    Raises
    ------
    CircuitError
        If the string cannot be read; the message points at the character.
    ValueError
        If two of `elements`, or one of them and a known one, have the same symbol.

    Examples
    --------
    >>> parse_circuit("R0-p(R1,CPE1)-CPE2").names
    ('R0', 'R1', 'CPE1_0', 'CPE1_1', 'CPE2_0', 'CPE2_1')
    >>> z = parse_circuit("R0-L1").impedance_ohm([1e6], {"R0": 3.0, "L1": 4e-6})
    >>> round(float(z[0].imag), 6)
    25.132741
    """
    reader = _Reader(code, tuple(_tokens(code)), _together(elements))
    root, at = reader.series(0, 0)
    last = reader.tokens[at]
    if last.kind != "end":
        raise CircuitError(code, last.position, _strange_after_part(last))
    _require_distinct_names(code, root, reader.tokens)
    return Circuit(root)


def _together(elements: Iterable[Element]) -> Mapping[str, Element]:
    known = dict(ELEMENTS)
    for element in elements:
        if element.symbol in known:
            raise ValueError(f"two elements have the symbol {element.symbol}")
        known[element.symbol] = element
    return known


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


@dataclass(frozen=True, slots=True)
class _Reader:
    """Recursive descent; each method takes the token to begin at and returns the one after."""

    code: str
    tokens: tuple[_Token, ...]
    known: Mapping[str, Element]

    def series(self, at: int, depth: int) -> tuple[Node, int]:
        part, at = self._part(at, depth)
        parts = [part]
        while self.tokens[at].text == "-":
            part, at = self._part(at + 1, depth)
            parts.append(part)
        return (Series(tuple(parts)) if len(parts) > 1 else part), at

    def _part(self, at: int, depth: int) -> tuple[Node, int]:
        token = self.tokens[at]
        if token.kind == "word":
            return self._element(token), at + 1
        if token.kind == "open":
            return self._parallel(at, depth + 1)
        found = "the string ends" if token.kind == "end" else f"{token.text!r} stands"
        raise self._error(token, f"{found} where an element or p( must come")

    def _parallel(self, at: int, depth: int) -> tuple[Node, int]:
        opened = self.tokens[at]
        if depth > _DEEPEST:
            raise self._error(opened, f"p( lies deeper than {_DEEPEST} within one another")
        branch, at = self.series(at + 1, depth)
        branches = [branch]
        while self.tokens[at].text == ",":
            branch, at = self.series(at + 1, depth)
            branches.append(branch)
        if self.tokens[at].kind == "end":
            raise self._error(opened, "this p( is never closed")
        if self.tokens[at].text != ")":
            raise self._error(self.tokens[at], _strange_after_part(self.tokens[at]))
        if len(branches) < 2:
            raise self._error(opened, "p( ) needs two branches or more, got one")
        return Parallel(tuple(branches)), at + 1

    def _element(self, token: _Token) -> Leaf:
        symbol = token.text.rstrip("0123456789_")
        if symbol not in self.known:
            names = ", ".join(self.known)
            raise self._error(token, f"{symbol!r} is no element; known are {names}")
        return Leaf(token.text, self.known[symbol])

    def _error(self, token: _Token, problem: str) -> CircuitError:
        return CircuitError(self.code, token.position, problem)


def _strange_after_part(token: _Token) -> str:
    """Say what is wrong with a token that cannot follow an element or a closed p( )."""
    if token.text == ")":
        return "')' closes nothing"
    if token.text == ",":
        return "',' parts branches, but no p( is open"
    return f"{token.text!r} stands where '-', ',' or ')' must come"


def _require_distinct_names(code: str, root: Node, tokens: Iterable[_Token]) -> None:
    seen: set[str] = set()
    words = [token for token in tokens if token.kind == "word"]
    for leaf, token in zip(leaves(root), words, strict=True):
        if leaf.name in seen:
            raise CircuitError(code, token.position, f"the name {leaf.name} is used twice")
        seen.add(leaf.name)
