"""Simulated cells from files that a person can read; see ``cells/`` for examples."""

import math
from collections.abc import Sequence
from importlib import resources
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .cell import Change, SymmetricCell
from .electronics import TYPICAL, Electronics
from .front_end import Faults, FrontEnd
from .presets import material

ZERO_CELSIUS_K = 273.15

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Celsius = Annotated[float, Field(ge=-60, le=170, allow_inf_nan=False)]  # lithium melts at 180
Megapascal = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]


_STEPS_OF_WARMING: Final = 100
_LEFT_AT_THE_END: Final = 0.002  # of the step, when the last of it is taken at once


class CellFileError(ValueError):
    """A cell file cannot be used; the text names file, line, value and what is allowed."""


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PressureStep(_Block):
    """The stack pressure becomes another at a time."""

    at_h: NotNegative
    stack_pressure_mpa: Megapascal


class TemperatureStep(_Block):
    """The oven's temperature becomes another; the cell follows with its thermal time constant."""

    at_h: NotNegative
    temperature_c: Celsius
    time_constant_min: NotNegative = 10.0


class GradualShort(_Block):
    """An electronic path appears and grows: its resistance falls by a factor e per ``decay_h``."""

    at_h: NotNegative
    ohm: Positive
    decay_h: Positive


class ProbeContact(_Block):
    """A contact in series with the cell turns bad for a while."""

    at_h: NotNegative
    duration_s: Positive
    ohm: Positive


class FaultBlock(_Block):
    """What goes wrong; everything is optional."""

    fresh_short_ohm: Positive | None = None
    gradual_short: GradualShort | None = None
    pressure_steps: list[PressureStep] = []
    temperature_steps: list[TemperatureStep] = []
    probe_contacts: list[ProbeContact] = []
    mains_pickup_mv: NotNegative = 0.0
    mains_hz: Positive = 50.0
    swapped: bool = False
    fuse_ma: Positive | None = None


class CellFile(_Block):
    """A simulated symmetric cell as it stands in its file."""

    preset: Literal["LLZO", "LPSCl", "Li3PS4", "Li3PS4+LiF"]
    seed: Annotated[int, Field(ge=0)]
    electrode_area_cm2: Positive
    thickness_um: Positive
    stack_pressure_mpa: Megapascal
    temperature_c: Celsius
    faults: FaultBlock = FaultBlock()

    def cell(self, seed: int | None = None) -> SymmetricCell:
        """Return the cell that it describes; ``seed`` replaces the file's."""
        fuse_ma = self.faults.fuse_ma
        return SymmetricCell(
            material(self.preset),
            area_m2=self.electrode_area_cm2 * 1e-4,
            thickness_m=self.thickness_um * 1e-6,
            stack_pressure_pa=self.stack_pressure_mpa * 1e6,
            temperature_k=self.temperature_c + ZERO_CELSIUS_K,
            seed=self.seed if seed is None else seed,
            changes=_changes(self.temperature_c, self.faults),
            fuse_a=math.inf if fuse_ma is None else fuse_ma * 1e-3,
        )

    def wiring_faults(self) -> Faults:
        """Return what is wrong between the cell and its instruments."""
        return Faults(
            probe_contacts=tuple(
                (each.at_h * 3600, each.duration_s, each.ohm) for each in self.faults.probe_contacts
            ),
            pickup_v=self.faults.mains_pickup_mv * 1e-3,
            mains_hz=self.faults.mains_hz,
            swapped=self.faults.swapped,
        )


def read_cell_file(name_or_path: str | Path) -> CellFile:
    """Read one of the cells that come with the package, by name, or a file.

    Raises ``CellFileError``.
    """
    label, text = _find(name_or_path)
    try:
        tree = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise CellFileError(f"{label}{line}: not YAML: {error.problem}") from None
    except YAMLError as error:
        raise CellFileError(f"{label}: not YAML: {error}") from None
    if not isinstance(tree, CommentedMap):
        raise CellFileError(
            f"{label}: a cell file is a list of 'name: value', as in cells/llzo.yaml"
        )
    try:
        return CellFile.model_validate(tree)
    except ValidationError as error:
        raise CellFileError("\n".join(_explain(label, tree, error))) from None


def packaged_cells() -> list[str]:
    """Return the names of the cells that come with the package.

    >>> packaged_cells()
    ['li3ps4', 'li3ps4_lif', 'llzo', 'lpscl']
    """
    files = resources.files(__package__).joinpath("cells").iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


def load_simulated_cell(name_or_path: str | Path, seed: int | None = None) -> SymmetricCell:
    """Return the cell of a file or a packaged name; ``seed`` replaces the file's.

    Faults of the wiring need a front end: see ``load_front_end``. Raises ``CellFileError``.
    """
    return read_cell_file(name_or_path).cell(seed)


def load_front_end(
    name_or_path: str | Path, seed: int | None = None, electronics: Electronics = TYPICAL
) -> FrontEnd:
    """Return the cell of a file behind a front end that has the file's wiring faults.

    ``seed`` replaces the file's, for the cell and the instrument. Raises ``CellFileError``.
    """
    file = read_cell_file(name_or_path)
    of_instrument = file.seed if seed is None else seed
    return FrontEnd(file.cell(seed), electronics, seed=of_instrument, faults=file.wiring_faults())


def _changes(temperature_c: float, faults: FaultBlock) -> list[Change]:
    changes = [
        Change(at_s=step.at_h * 3600, stack_pressure_pa=step.stack_pressure_mpa * 1e6)
        for step in faults.pressure_steps
    ]
    changes += _warming(temperature_c, faults.temperature_steps)
    if faults.fresh_short_ohm is not None:
        changes.append(Change(at_s=0.0, short_ohm=faults.fresh_short_ohm))
    if (short := faults.gradual_short) is not None:
        changes.append(
            Change(at_s=short.at_h * 3600, short_ohm=short.ohm, short_decay_s=short.decay_h * 3600)
        )
    return changes


def _warming(start_c: float, steps: Sequence[TemperatureStep]) -> list[Change]:
    """Follow the oven exponentially, in small steps; the next step of the oven cuts it short."""
    changes: list[Change] = []
    cell_c = start_c
    ordered = sorted(steps, key=lambda step: step.at_h)
    for step, after in zip_longest(ordered, ordered[1:]):
        began_s, constant_s = step.at_h * 3600, step.time_constant_min * 60
        ends_s = math.inf if after is None else after.at_h * 3600
        from_c = cell_c
        for n in range(1, _STEPS_OF_WARMING + 1):
            left = 1 - n / _STEPS_OF_WARMING
            at_s = began_s - constant_s * math.log(max(left, _LEFT_AT_THE_END))
            if at_s >= ends_s:
                break
            cell_c = step.temperature_c + (from_c - step.temperature_c) * left
            changes.append(Change(at_s=at_s, temperature_k=cell_c + ZERO_CELSIUS_K))
    return changes


def _find(name_or_path: str | Path) -> tuple[str, str]:
    name = str(name_or_path)
    packaged = name.removesuffix(".yaml")
    if packaged in packaged_cells() and not Path(name).exists():
        file = resources.files(__package__).joinpath("cells", f"{packaged}.yaml")
        return f"{packaged}.yaml", file.read_text(encoding="utf-8")
    try:
        return name, Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        known = ", ".join(packaged_cells())
        raise CellFileError(f"{name}: {reason}; allowed: a cell file, or one of {known}") from None


def _explain(label: str, tree: CommentedMap, error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors(include_url=False):
        place = ".".join(str(part) for part in problem["loc"])
        where = f"{label}, line {_line_of(tree, problem['loc'])}: {place}"
        match problem["type"]:
            case "missing":
                lines.append(f"{where} is missing")
            case "extra_forbidden":
                lines.append(f"{where} is unknown here; allowed: {_allowed(problem['loc'])}")
            case _:
                wrong = problem["msg"].removeprefix("Input should be ")
                lines.append(f"{where} is {problem['input']!r}; allowed: {wrong}")
    return lines


def _line_of(tree: CommentedMap, loc: tuple[int | str, ...]) -> int:
    """Return the line (from 1) of the deepest part of ``loc`` that is in the file."""
    node: Any = tree
    line = 0
    for part in loc:
        if not isinstance(node, CommentedMap | CommentedSeq):
            break
        positions = node.lc.data or {}
        if part not in positions:
            break
        line = positions[part][0]
        node = node[part]
    return line + 1


def _allowed(loc: tuple[int | str, ...]) -> str:
    """Return the names that are allowed in the block of ``loc``."""
    block: type[_Block] = CellFile
    blocks: dict[str, type[_Block]] = {
        "faults": FaultBlock,
        "gradual_short": GradualShort,
        "pressure_steps": PressureStep,
        "temperature_steps": TemperatureStep,
        "probe_contacts": ProbeContact,
    }
    for part in loc[:-1]:
        block = blocks.get(str(part), block)
    return ", ".join(block.model_fields)
