"""Simulated cells from files that a person can read; see ``cells/`` for examples.

``kind:`` says which sort of cell it is; without it a symmetric one.
"""

from importlib import resources
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .cell_blocks import CellBlock
from .electronics import TYPICAL, Electronics
from .front_end import FrontEnd
from .full_cell.file import FullCellFile
from .model_cells.files import (
    BlockingCellFile,
    CopperCellFile,
    PolymerCellFile,
    RedoxCellFile,
)
from .simulated_cell import SimulatedCell
from .symmetric_cell_file import SymmetricCellFile

KINDS: Final[dict[str, type[CellBlock]]] = {
    "symmetric": SymmetricCellFile,
    "blocking": BlockingCellFile,
    "polymer": PolymerCellFile,
    "redox": RedoxCellFile,
    "copper": CopperCellFile,
    "full": FullCellFile,
}
"""What ``kind:`` may say, and the block that then describes the cell."""


class CellFileError(ValueError):
    """A cell file cannot be used; the text names file, line, value and what is allowed."""


def read_cell_file(name_or_path: str | Path) -> CellBlock:
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
    kind = tree.get("kind", "symmetric")
    if not isinstance(kind, str) or kind not in KINDS:
        at = f"{label}, line {_line_of(tree, ('kind',))}"
        raise CellFileError(f"{at}: kind is {kind!r}; allowed: {', '.join(KINDS)}")
    try:
        return KINDS[kind].model_validate(tree)
    except ValidationError as error:
        raise CellFileError("\n".join(_explain(label, tree, KINDS[kind], error))) from None


def packaged_cells() -> list[str]:
    """Return the names of the cells that come with the package.

    >>> {"lpscl", "nmc_lpscl", "blocking_llzo", "polymer"} < set(packaged_cells())
    True
    """
    files = resources.files(__package__).joinpath("cells").iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


def load_simulated_cell(name_or_path: str | Path, seed: int | None = None) -> SimulatedCell:
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


def _explain(
    label: str, tree: CommentedMap, block: type[CellBlock], error: ValidationError
) -> list[str]:
    lines = []
    for problem in error.errors(include_url=False):
        place = ".".join(str(part) for part in problem["loc"])
        where = f"{label}, line {_line_of(tree, problem['loc'])}: {place}"
        match problem["type"]:
            case "missing":
                lines.append(f"{where} is missing")
            case "extra_forbidden":
                lines.append(f"{where} is unknown here; allowed: {_allowed(block, problem['loc'])}")
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


def _allowed(block: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    """Return the names that are allowed where ``loc`` of ``block`` ends."""
    for part in loc[:-1]:
        if part in block.model_fields:
            block = _block_in(block.model_fields[str(part)].annotation) or block
    return ", ".join(block.model_fields)


def _block_in(annotation: Any) -> type[BaseModel] | None:
    """Return the block that a field holds, alone, or in a list, or perhaps."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _block_in(each))), None)
