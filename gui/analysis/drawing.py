"""Where the blocks of a drawn circuit stand: series from left to right, parallel stacked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...analysis.impedance import Circuit
from ...analysis.impedance.circuits.circuit import Leaf, Node, Parallel

BLOCK_WIDTH: Final = 62.0
BLOCK_HEIGHT: Final = 46.0
_GAP: Final = 14.0
_RAIL: Final = 12.0
_STACK: Final = 6.0


@dataclass(frozen=True, slots=True)
class Block:
    """One element: its name and symbol, its middle, and the names of its parameters."""

    name: str
    symbol: str
    meaning: str
    x: float
    y: float
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """A straight wire from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Blocks from left to right, wires, and the size of it all."""

    blocks: tuple[Block, ...]
    wires: tuple[Wire, ...]
    width: float
    height: float


def draw_circuit(circuit: Circuit) -> Drawing:
    """Lay a circuit out, the wire that enters at ``(0, y)`` leaving at ``(width, y)``.

    >>> from solidcell.analysis.impedance import parse_circuit
    >>> drawn = draw_circuit(parse_circuit("R0-p(R1,CPE1)"))
    >>> [block.name for block in drawn.blocks], drawn.blocks[1].x == drawn.blocks[2].x
    (['R0', 'R1', 'CPE1'], True)
    """
    width, height = _size(circuit.root)
    blocks: list[Block] = []
    wires: list[Wire] = []
    middle = _place(circuit.root, _GAP, 0.0, blocks, wires)
    wires.append(Wire(0.0, middle, _GAP, middle))
    wires.append(Wire(_GAP + width, middle, 2 * _GAP + width, middle))
    return Drawing(tuple(blocks), tuple(wires), width + 2 * _GAP, height)


def _size(node: Node) -> tuple[float, float]:
    if isinstance(node, Leaf):
        return BLOCK_WIDTH, BLOCK_HEIGHT
    sizes = [_size(part) for part in node.parts]
    if isinstance(node, Parallel):
        width = max(width for width, _ in sizes) + 2 * _RAIL
        return width, sum(height for _, height in sizes) + _STACK * (len(sizes) - 1)
    width = sum(width for width, _ in sizes) + _GAP * (len(sizes) - 1)
    return width, max(height for _, height in sizes)


def _place(node: Node, x: float, y: float, blocks: list[Block], wires: list[Wire]) -> float:
    """Place a part with its upper left corner at (x, y); return the height of its wire."""
    if isinstance(node, Leaf):
        middle = y + BLOCK_HEIGHT / 2
        element = node.element
        at = x + BLOCK_WIDTH / 2
        parameters = node.parameter_names
        blocks.append(Block(node.name, element.symbol, element.meaning, at, middle, parameters))
        return middle
    if isinstance(node, Parallel):
        return _stack(node, x, y, blocks, wires)
    width, height = _size(node)
    middle = y + height / 2
    at = x
    for part in node.parts:
        part_width, part_height = _size(part)
        _place(part, at, middle - part_height / 2, blocks, wires)
        at += part_width
        if at < x + width:
            wires.append(Wire(at, middle, at + _GAP, middle))
            at += _GAP
    return middle


def _stack(node: Parallel, x: float, y: float, blocks: list[Block], wires: list[Wire]) -> float:
    width, height = _size(node)
    at = y
    middles: list[float] = []
    for part in node.parts:
        part_width, part_height = _size(part)
        left = x + (width - part_width) / 2
        middle = _place(part, left, at, blocks, wires)
        wires.append(Wire(x, middle, left, middle))
        wires.append(Wire(left + part_width, middle, x + width, middle))
        middles.append(middle)
        at += part_height + _STACK
    wires += [Wire(rail, middles[0], rail, middles[-1]) for rail in (x, x + width)]
    return y + height / 2
