"""The public names of the impedance engine as a table, from the code itself."""

from __future__ import annotations

import inspect
import re
from typing import Any

from reference_tables import table
from solidcell.analysis import impedance


def impedance_names() -> str:
    """What each public function takes and does, and what each result holds."""
    functions, classes = [], []
    for name in sorted(impedance.__all__, key=str.lower):
        public: Any = getattr(impedance, name)
        if inspect.isclass(public):
            if not issubclass(public, Exception):
                classes.append([f"`{name}`", _first_sentence(public)])
        elif callable(public):
            functions.append([f"`{name}({_arguments(public)})`", _first_sentence(public)])
    tables = (
        table(["function", "what it does"], functions),
        table(["result or part", "what it is"], classes),
    )
    return "\n\n".join(tables)


def _arguments(function: Any) -> str:
    parts, starred = [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parts.append("*")
            starred = True
        needed = parameter.default is parameter.empty
        parts.append(parameter.name if needed else f"{parameter.name}=…")
    return ", ".join(parts)


def _first_sentence(public: Any) -> str:
    text = " ".join((inspect.getdoc(public) or "").split("\n\n")[0].split())
    return re.sub(r":\w+:`~?\.?([^`]+)`", r"`\1`", text).replace("``", "`")
