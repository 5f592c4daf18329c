"""Reads one line of a script: tokens, arguments and declarations, with the instrument's codes.

Unverified, so kept behind names or in one place:

* Line/Col: the first line after the command letter is line 1; columns count from 1.
* ``MISSING_ARGUMENT``: code of a statement that lacks an argument.
* ``SLOTS_MAX``: memory for variables and array elements.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from .grammar import OPERATORS, OPTIONS, SIGNATURES, TYPES
from .numbers import LiteralError, read_literal

UNKNOWN_STATEMENT, BAD_CHARACTER, BAD_OPTION = 0x4001, 0x4004, 0x4008
NO_MEMORY, DUPLICATE, BAD_NAME = 0x000B, 0x4026, 0x402B
BAD_ACCESS, INDEX_OUT_OF_BOUNDS, WRONG_NUMBER = 0x4038, 0x400F, 0x4207
BAD_TYPE, EXTRA_ARGUMENT, UNDECLARED = 0x4209, 0x420A, 0x420B
IS_VARIABLE, IS_LITERAL, IS_ARRAY, IS_TEXT = 0x420C, 0x420D, 0x420E, 0x4213
MISSING_ARGUMENT = BAD_CHARACTER
SLOTS_MAX = 65_536

_TOKEN = re.compile(r'f?"[^"]*"|[a-z][a-z_0-9]*\([^()"]*\)|[^ \t"#()]+')
_REFERENCE = re.compile(r"([a-zA-Z]\w*)(?:\[([^\[\]]*)\])?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_BRACED = re.compile(r"\{([^{}]*)\}")
_PRINTABLE = re.compile(r"[ -~\t]*")


class ScriptError(Exception):
    """A script that the instrument refuses to load."""

    def __init__(self, code: int, line: int, column: int) -> None:
        super().__init__(f"{code:04X}: Line {line}, Col {column}")
        self.code, self.line, self.column = code, line, column


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; ``int`` is the integer type of the language."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Variable:
    """Where a variable lies in memory; ``index`` picks an element of an array of ``size``."""

    slot: int
    size: int | None = None
    index: "Number | Variable | None" = None


@dataclass(frozen=True, slots=True)
class Text:
    """A string to send; variables stand between the pieces of an f-string."""

    pieces: tuple["str | Variable", ...]


Operand: TypeAlias = Number | Variable
Argument: TypeAlias = Number | Variable | Text | str


@dataclass(frozen=True, slots=True)
class Statement:
    """One line that does something, with its arguments read."""

    name: str
    line: int
    column: int
    arguments: tuple[Argument, ...]
    options: Mapping[str, Operand] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    column: int


class LineReader:
    """Reads a script line by line and remembers what has been declared."""

    def __init__(self) -> None:
        self._declared: dict[str, Variable] = {}
        self._line = 0
        self.slots = 0

    def read(self, text: str) -> Statement | None:
        """The statement on the next line; ``None`` for a comment. Raises ``ScriptError``."""
        self._line += 1
        tokens = self._tokens(text)
        if not tokens:
            return None
        first, *rest = tokens
        signature = SIGNATURES.get(first.text)
        if signature is None:
            raise self._error(UNKNOWN_STATEMENT, first.column)
        kinds = signature.split()
        if len(rest) < len(kinds):
            raise self._error(MISSING_ARGUMENT, len(text) + 1)
        arguments = tuple(
            self._argument(kind, token) for kind, token in zip(kinds, rest, strict=False)
        )
        options = self._options(first.text, rest[len(kinds) :])
        if first.text in ("var", "array"):
            self._declare(rest[0], arguments)
        return Statement(first.text, self._line, first.column, arguments, options)

    def _error(self, code: int, column: int) -> ScriptError:
        return ScriptError(code, self._line, column)

    def _tokens(self, text: str) -> list[_Token]:
        printable = _PRINTABLE.match(text)
        if printable and printable.end() < len(text):
            raise self._error(BAD_CHARACTER, printable.end() + 1)
        tokens, at = [], 0
        while at < len(text) and text[at] != "#":
            if text[at] in " \t":
                at += 1
            elif found := _TOKEN.match(text, at):
                tokens.append(_Token(found.group(), at + 1))
                at = found.end()
            else:
                raise self._error(BAD_CHARACTER, at + 1)
        return tokens

    def _argument(self, kind: str, token: _Token) -> Argument:
        if kind == "new":
            return self._new_name(token)
        if kind == "text":
            return self._text(token)
        if kind == "type":
            if token.text not in TYPES:
                raise self._error(BAD_TYPE, token.column)
            return token.text
        if kind == "operator":
            if token.text not in OPERATORS:
                raise self._error(BAD_CHARACTER, token.column)
            return token.text
        operand = self._operand(token)
        if kind == "variable" and isinstance(operand, Number):
            raise self._error(IS_LITERAL, token.column)
        if kind == "literal" and isinstance(operand, Variable):
            raise self._error(IS_VARIABLE, token.column)
        return operand

    def _new_name(self, token: _Token) -> str:
        if not _NAME.fullmatch(token.text):
            raise self._error(BAD_NAME, token.column)
        if token.text in self._declared:
            raise self._error(DUPLICATE, token.column)
        return token.text

    def _operand(self, token: _Token) -> Operand:
        if token.text.startswith(('"', 'f"')):
            raise self._error(IS_TEXT, token.column)
        reference = _REFERENCE.fullmatch(token.text)
        if reference is not None:
            return self._variable(reference.group(1), reference.group(2), token.column)
        try:
            return Number(read_literal(token.text))
        except LiteralError as error:
            raise self._error(BAD_CHARACTER, token.column + error.at) from None

    def _variable(self, name: str, index: str | None, column: int) -> Variable:
        declared = self._declared.get(name)
        if declared is None:
            raise self._error(UNDECLARED, column)
        if index is None:
            if declared.size is not None:
                raise self._error(IS_ARRAY, column)
            return declared
        if declared.size is None:
            raise self._error(BAD_ACCESS, column)
        picked = self._operand(_Token(index, column + len(name) + 1))
        if isinstance(picked, Number) and not 0 <= picked.value < declared.size:
            raise self._error(INDEX_OUT_OF_BOUNDS, column)
        return Variable(declared.slot, declared.size, picked)

    def _declare(self, token: _Token, arguments: tuple[Argument, ...]) -> None:
        size: int | None = None
        if len(arguments) == 2 and isinstance(arguments[1], Number):
            size = int(arguments[1].value)
            if size != arguments[1].value or size < 1:
                raise self._error(WRONG_NUMBER, token.column)
        self._declared[token.text] = Variable(self.slots, size)
        self.slots += size or 1
        if self.slots > SLOTS_MAX:
            raise self._error(NO_MEMORY, token.column)

    def _options(self, statement: str, tokens: list[_Token]) -> dict[str, Operand]:
        known = OPTIONS.get(statement, {})
        options: dict[str, Operand] = {}
        for token in tokens:
            name, bracket, inside = token.text.partition("(")
            if not bracket:
                raise self._error(EXTRA_ARGUMENT, token.column)
            if name not in known:
                raise self._error(BAD_OPTION, token.column)
            words = inside.removesuffix(")").split()
            if len(words) != 1:
                raise self._error(BAD_OPTION, token.column)
            options[name] = self._operand(_Token(words[0], token.column + len(name) + 1))
        return options

    def _text(self, token: _Token) -> Text:
        plain = token.text.startswith('"')
        if not plain and not token.text.startswith('f"'):
            raise self._error(BAD_CHARACTER, token.column)
        body = token.text[1:-1] if plain else token.text[2:-1]
        if plain:
            return Text((body,))
        pieces: list[str | Variable] = []
        at = 0
        for braced in _BRACED.finditer(body):
            pieces.append(body[at : braced.start()])
            inner = self._operand(_Token(braced.group(1), token.column + 2 + braced.start(1)))
            if isinstance(inner, Number):
                raise self._error(IS_LITERAL, token.column)
            pieces.append(inner)
            at = braced.end()
        return Text((*pieces, body[at:]))
