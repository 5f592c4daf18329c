"""Where each key of a TOML file stands; ``tomllib`` reads values and forgets their lines.

A light scan of tables and keys, not a parser: ``tomllib`` has already accepted the text. A key
inside an inline table is not found; its line is then that of the table.
"""

import re
from typing import Final

_NAME: Final = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED: Final = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_TABLE: Final = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY: Final = re.compile(rf"\s*({_DOTTED})\s*=")
_QUOTES: Final = re.compile(r'"""|' + "'''")


def toml_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """Return the line, counted from 1, of every table and key.

    >>> toml_lines('[channel.A1]\\ncurrent_max_ma = 10')[("channel", "A1", "current_max_ma")]
    2
    """
    lines: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str | int, ...], int] = {}
    inside_quotes = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not inside_quotes:
            if found := _TABLE.match(line):
                table = _parts(found[2])
                if found[1] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = (*table, counts[table])
                _note(lines, table, number)
            elif found := _KEY.match(line):
                _note(lines, (*table, *_parts(found[1])), number)
        for quote in _QUOTES.findall(line):
            inside_quotes = "" if inside_quotes == quote else inside_quotes or quote
    return lines


def _note(lines: dict[tuple[str | int, ...], int], key: tuple[str | int, ...], number: int) -> None:
    for length in range(1, len(key) + 1):
        lines.setdefault(key[:length], number)
    lines[key] = number


def _parts(dotted: str) -> tuple[str | int, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))
