"""Plain values as lines of YAML, in the style of the files that people write."""

import json
import math
import re
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-zµ°Ω][\w µ°Ω.,+/²–-]*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def written(value: Any, indent: int = 0) -> list[str]:
    """Return a value as lines; what fits in one line is one, without indentation.

    >>> written({"segment": "rest", "duration_min": 10.0})
    ['segment: rest', 'duration_min: 10']
    >>> written([25, 35.5])
    ['[25, 35.5]']
    """
    if isinstance(value, dict) and value:
        return [" " * indent + line for line in _mapping(value)]
    if isinstance(value, list) and _is_block(value):
        return [" " * indent + line for line in _items(value)]
    return [_inline(value)]


def _mapping(value: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, inner in value.items():
        if _is_block(inner):
            lines += [f"{name}:", *written(inner, 2)]
        else:
            lines.append(f"{name}: {_inline(inner)}")
    return lines


def _is_block(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(each, dict) for each in value)
    return isinstance(value, dict) and bool(value)


def _items(value: list[Any]) -> list[str]:
    lines: list[str] = []
    for each in value:
        first, *rest = written(each)
        lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return lines


def _inline(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_inline(inner)}" for name, inner in value.items()) + "}"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be written: must be a finite number")
    if value.is_integer() and abs(value) < 1e5:
        return str(int(value))
    text = repr(value)
    if 1e-4 <= abs(value) < 1e5:
        return text
    mantissa, exponent = f"{value:.14e}".split("e")
    short = mantissa.rstrip("0")
    scientific = f"{short}{'0' if short.endswith('.') else ''}e{int(exponent):+d}"
    if float(scientific) == value:
        return scientific
    return text if "e" not in text or "." in text else text.replace("e", ".0e")
