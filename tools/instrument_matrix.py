"""How each driver was checked: read from the tests, so that no claim outlives its test.

A driver is held to the shared contract if ``tests/support/contracts/all.py`` has one of its name. A
test says what else it proves by a marker, on itself or on its whole module:

    pytestmark = pytest.mark.proves("e4980a", client="pymeasure")

The words are ``transcript`` (what its maker's manual shows), ``client`` (somebody else's client on
our twin), ``emulator`` (our driver on somebody else's emulator), ``recorded`` (replies that a real
instrument gave) and ``library`` (a library with the interface of the maker's).
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from solidcell import drivers
from solidcell.acquisition.instruments.table import DRIVERS

TESTS = Path(__file__).resolve().parent.parent / "tests"
EVIDENCE = {
    "transcript": "transcripts of its manual",
    "client": "independent client on our twin",
    "emulator": "our driver on an independent emulator",
    "recorded": "recorded replies",
    "library": "a library with the maker's interface",
}


def matrix_rows() -> list[list[str]]:
    """Return the header and a row per driver."""
    held, proved = contracts(), proofs()
    header = ["driver", "contract and 17 faults, on our twin", *EVIDENCE.values(), "unverified"]
    rows = [
        [
            f"`{name}`",
            ", ".join(held[name]) or "–",
            *(", ".join(sorted(proved[name, kind])) or "–" for kind in EVIDENCE),
            _count(name),
        ]
        for name in DRIVERS
    ]
    return [header, *rows]


def contracts() -> defaultdict[str, list[str]]:
    """Return how each driver is put before its twin in the contract suite."""
    sys.path.insert(0, str(TESTS))
    try:
        every = importlib.import_module("support.contracts.all").CONTRACTS
    finally:
        sys.path.remove(str(TESTS))
    held: defaultdict[str, list[str]] = defaultdict(list)
    for contract in every:
        driver, _, way = contract.name.partition(" ")
        held[driver].append(way or "yes")
    return held


def proofs() -> defaultdict[tuple[str, str], set[str]]:
    """Return what the tests prove: (driver, kind of evidence) to who gave it."""
    proved: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for file in sorted(TESTS.rglob("test_*.py")):
        for driver, kind, by in _markers(ast.parse(file.read_text(encoding="utf-8"))):
            if driver not in DRIVERS or kind not in EVIDENCE:
                raise ValueError(f"{file.name}: {driver!r} or {kind!r} in a marker is unknown")
            proved[driver, kind].add(by)
    return proved


def _markers(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr != "proves":
                continue
            for driver in node.args:
                for keyword in node.keywords:
                    by = ast.literal_eval(keyword.value)
                    yield ast.literal_eval(driver), str(keyword.arg), by


def unverified_facts(driver: str) -> list[list[str]]:
    """Return what a driver assumes without a source, and where it stands.

    It is the ``UNVERIFIED`` of its module, its models' module or a module of its folder.
    """
    rows: list[list[str]] = []
    for module in _modules_of(driver):
        facts = getattr(importlib.import_module(module), "UNVERIFIED", ())
        pairs = facts.items() if hasattr(facts, "items") else facts
        rows += [[str(assumed), str(where)] for assumed, where in pairs]
    return [row for number, row in enumerate(rows) if row not in rows[:number]]


def _modules_of(driver: str) -> list[str]:
    names = [module.name for module in pkgutil.iter_modules(drivers.__path__)]
    own = [name for name in names if name == driver or name.startswith(f"{driver}_")]
    others = {name for name in DRIVERS if name != driver and name.startswith(f"{driver}_")}
    modules = [f"solidcell.drivers.{name}" for name in own if name not in others]
    for module in list(modules):
        path = getattr(importlib.import_module(module), "__path__", None)
        modules += [f"{module}.{inner.name}" for inner in pkgutil.iter_modules(path or [])]
    return modules


def _count(driver: str) -> str:
    count = len(unverified_facts(driver))
    if not count:
        return "see below" if driver == "methodscript" else "none"
    return "1 fact" if count == 1 else f"{count} facts"
