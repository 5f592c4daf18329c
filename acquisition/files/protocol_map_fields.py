"""What can be written in a map of tests, told from its models: for a builder."""

from dataclasses import replace
from functools import cache
from typing import Final

from .protocol_fields import FieldSpec, fields_of, protocol_specs
from .protocol_map import Vary
from .yaml_lines import Key

VARY: Final[Key] = ("vary",)
TEST: Final[Key] = ("test",)
REPLICATES: Final = FieldSpec(
    name="replicates",
    unit="",
    kind="whole number",
    doc="Number of cells for each combination; a statistic needs three at least.",
    required=False,
    default=3,
    low=1.0,
    high=1000.0,
)


@cache
def map_fields() -> tuple[FieldSpec, ...]:
    """Return the settings of the map itself.

    >>> [spec.name for spec in map_fields()]
    ['name', 'notes', 'replicates']
    """
    named = {spec.name: spec for spec in _test_fields()}
    return (
        replace(named["name"], doc="What the map is called; the name of each test begins with it."),
        named["notes"],
        REPLICATES,
    )


@cache
def axis_fields() -> tuple[FieldSpec, ...]:
    """Return what can vary, each a list of numbers.

    >>> [spec.name for spec in axis_fields()][:2]
    ['capacities_mah_cm2', 'half_cycles_h']
    """
    return fields_of(Vary)


@cache
def fields_of_test() -> tuple[FieldSpec, ...]:
    """Return the settings of the test that is repeated; its name is the map's to give.

    >>> "steps" in [spec.name for spec in fields_of_test()]
    True
    """
    return tuple(spec for spec in _test_fields() if spec.name != "name")


def _test_fields() -> tuple[FieldSpec, ...]:
    (of_test,) = (spec for spec in protocol_specs() if spec.word == "critical_current")
    return of_test.fields
