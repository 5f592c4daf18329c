"""The vendor's own grammar of MethodSCRIPT, as an independent judge of the scripts we write.

It comes with ``pypalmsens``, whose main module needs .NET; the grammar is pure Python and is
loaded here by itself. It judges syntax only: arguments are not counted.
"""

import importlib.util
import sys
import types
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest


def load_grammar() -> Callable[[str], None]:
    """Return the check, which raises ``SyntaxError``; skip the test where it is not installed."""
    spec = importlib.util.find_spec("pypalmsens")
    if spec is None or spec.origin is None or importlib.util.find_spec("antlr4") is None:
        pytest.skip("pypalmsens (with antlr4-python3-runtime) is not installed")
    name = "pypalmsens_grammar"
    if name not in sys.modules:
        package = types.ModuleType(name)
        package.__path__ = [str(Path(spec.origin).parent)]
        sys.modules[name] = package
    validate: Callable[[str], None] = importlib.import_module(
        f"{name}._methodscript.validate"
    ).validate
    return validate


def as_source(lines: tuple[str, ...]) -> str:
    """Lay a script out as the grammar wants it: no ``e`` line, one line feed at the end."""
    return "\n".join(lines) + "\n"


def value_of(literal: str) -> Decimal:
    """What a number in a script means, exactly."""
    exponents = dict(zip("afpnum kMGTPE", range(-18, 19, 3), strict=True))
    letter = literal[-1] if literal[-1].isalpha() else " "
    return Decimal(literal.rstrip("afpnumkMGTPE")).scaleb(exponents[letter])
