"""A map of critical-current tests: one test, what varies, and how often each is repeated.

The critical current depends on the charge of a half-cycle, on stack pressure and on temperature,
and from cell to cell. A map is no run: it becomes one protocol file for each cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from .protocol_pressure import Megapascal
from .protocol_temperature import Celsius
from .protocols import MAP, protocol_of
from .schema import Positive, Settings, Text, checked
from .units import unit_of
from .yaml_edits import block_text, with_value
from .yaml_lines import Document, FileError, Key, Problem, parse_text, read_document

TESTS_MAX: Final = 10_000

_VARIED: Final[dict[str, tuple[Key, str]]] = {
    "capacities_mah_cm2": (("capacity_mah_cm2",), "mAh"),
    "half_cycles_h": (("half_cycle_h",), "h"),
    "stack_pressures_mpa": (("stack_pressure", "stack_pressure_mpa"), "MPa"),
    "temperatures_c": (("temperature", "temperature_c"), "C"),
}
"""What can vary: where it stands in the test, and its unit in the names of files."""


class Vary(Settings):
    """What differs between the tests; every combination is one."""

    capacities_mah_cm2: Annotated[list[Positive], Field(min_length=1)] | None = None
    """Charge per area of a half-cycle."""
    half_cycles_h: Annotated[list[Positive], Field(min_length=1)] | None = None
    """Duration of a half-cycle, instead."""
    stack_pressures_mpa: Annotated[list[Megapascal], Field(min_length=1)] | None = None
    """Stack pressure, asked for before each test."""
    temperatures_c: Annotated[list[Celsius], Field(min_length=1)] | None = None
    """Temperature, set before each test."""

    @model_validator(mode="after")
    def _something_varies(self) -> Self:
        if not self.axes():
            raise ValueError(f"nothing varies: give one or more of {', '.join(_VARIED)}")
        if self.capacities_mah_cm2 is not None and self.half_cycles_h is not None:
            raise ValueError("give either capacities_mah_cm2 or half_cycles_h, not both")
        for name, values in self.axes().items():
            if len({f"{value:g}" for value in values}) < len(values):
                raise ValueError(f"{name} has a value twice")
        return self

    def axes(self) -> dict[str, list[float]]:
        """Return what varies, by name."""
        return {name: values for name in _VARIED if (values := getattr(self, name)) is not None}


class MapFile(Settings):
    """A map of critical-current tests."""

    protocol: Literal["map"]
    """Which protocol this is."""
    name: Text | None = None
    """What the laboratory calls the map; the name of each test begins with it."""
    notes: Text | None = None
    """Anything else."""
    vary: Vary
    """What differs between the tests."""
    replicates: Annotated[int, Field(ge=1, le=1000)] = 3
    """Number of cells for each combination; a statistic needs three at least."""
    test: dict[str, Any]
    """A critical_current test without what varies, as in a file of its own."""

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        count = self.replicates
        for values in self.vary.axes().values():
            count *= len(values)
        if count > TESTS_MAX:
            raise ValueError(f"makes {count} tests: at most {TESTS_MAX} are allowed")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTest:
    """One test of a map: the name of its file, and the file."""

    file_name: str
    document: Document


def load_map(path: Path) -> tuple[Document, MapFile]:
    """Read and check a map. Raises ``FileError``; the tests in it are checked by ``tests_of``."""
    return _checked(read_document(path))


def _checked(document: Document) -> tuple[Document, MapFile]:
    if document.data.get("protocol") != MAP:
        raise document.error(("protocol",), f"is no map of tests: write protocol: {MAP}")
    return document, checked(document, MapFile)


def tests_of(path: Path) -> tuple[MapTest, ...]:
    """Return every test of a map, in the order in which they are written.

    The last axis varies first, replicates before all, so that whoever stops half-way has whole
    sets. Raises ``FileError`` with the lines of the map if a test is wrong.
    """
    return tests_in(read_document(path))


def tests_in(document: Document) -> tuple[MapTest, ...]:
    """Return every test of a map that is being written, as ``tests_of`` does."""
    document, settings = _checked(document)
    return tuple(_tests(document, settings, Path(document.file).stem))


def _tests(document: Document, settings: MapFile, stem: str) -> Iterator[MapTest]:
    axes = settings.vary.axes()
    body = block_text(document, ("test",))
    if "protocol" not in settings.test:
        body = f"protocol: critical_current\n{body}"
    for values in product(*axes.values()):
        point = dict(zip(axes, values, strict=True))
        for replicate in range(1, settings.replicates + 1):
            name = _file_name(stem, point, replicate)
            yield MapTest(
                file_name=name,
                document=_test(document, settings, body, point, replicate, name),
            )


def _test(
    of_map: Document,
    settings: MapFile,
    body: str,
    point: dict[str, float],
    replicate: int,
    file_name: str,
) -> Document:
    told = ", ".join(f"{value:g} {unit_of(axis)}" for axis, value in point.items())
    title = settings.name or "critical-current map"
    head = f"# {title}: {told}; cell {replicate} of {settings.replicates}."
    made = f"# Made of {Path(of_map.file).name}; change that and expand it again, not this."
    test = parse_text(file_name, f"{head}\n{made}\n{body}")
    for axis, value in point.items():
        key, _ = _VARIED[axis]
        if len(key) > 1 and key[0] not in test.data:
            test = with_value(test, key[:1], {key[1]: value})
        else:
            test = with_value(test, key, value)
    test = with_value(test, ("name",), f"{title}, {told}, cell {replicate}")
    _check(of_map, test)
    return test


def _check(of_map: Document, test: Document) -> None:
    """Raise the problems of a test as those of the map that it comes from."""
    try:
        protocol = protocol_of(test)
    except FileError as error:
        keys = [("test", *problem.key) for problem in error.problems]
        raise FileError(
            *(
                Problem(of_map.file, of_map.line_of(key), problem.text, key)
                for key, problem in zip(keys, error.problems, strict=True)
            )
        ) from error
    if not protocol.critical_currents:
        raise of_map.error(("test", "protocol"), "a map is of critical_current tests")


def _file_name(stem: str, point: dict[str, float], replicate: int) -> str:
    where = "_".join(f"{value:g}{_VARIED[axis][1]}" for axis, value in point.items())
    return f"{stem}_{where}_cell{replicate}.yaml"
