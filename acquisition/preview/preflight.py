"""The last look before a run: do protocol, channel and cell go together?

Everything that can be known without touching an instrument is checked here, by the window, by the
command line and once more by the worker.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..files.bench import Bench, load_bench
from ..files.cells import Cell, load_cell
from ..files.protocol_basis import CellLacksError
from ..files.protocols import Protocol, build_plan, load_protocol, run_limits
from ..files.units import ZERO_CELSIUS_K
from ..files.yaml_lines import FileError, Problem
from ..instruments.channels import ChannelSpec
from ..limits.limits import Limits
from .needs import unmet_needs, unmet_references, unwatched_limits
from .preview import HealthyJudge, Preview, preview

_TOLD: Final = 5
_SAME_TEMPERATURE_K: Final = 1.0


class PreflightError(ValueError):
    """The files are right one by one, and do not go together. One problem a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """Three checked files, the limits of the run and the plan carried out on paper.

    ``problems`` forbid a start; ``warnings`` make a result hard to compare.
    """

    protocol: Protocol
    bench: Bench
    channel: ChannelSpec
    cell: Cell
    limits: Limits
    preview: Preview
    problems: tuple[str, ...]
    warnings: tuple[str, ...]

    def raise_problems(self) -> None:
        """Raise ``PreflightError`` if anything forbids a start; many alike are counted."""
        if not self.problems:
            return
        told = list(self.problems[:_TOLD])
        if more := len(self.problems) - len(told):
            told.append(f"and {more} more of the kind; --dry-run lists the segments")
        raise PreflightError("\n".join(told))


def _disagreements(protocol: Protocol, cell: Cell) -> Iterator[str]:
    """Whether a test is done at the temperature for which the cell's conductivity is stated."""
    for test in protocol.critical_currents:
        if test.temperature is None:
            continue
        asked_k = test.temperature.set_temperature().temperature_k
        if abs(asked_k - cell.temperature_k) <= _SAME_TEMPERATURE_K:
            continue
        asked_c, recorded_c = asked_k - ZERO_CELSIUS_K, cell.temperature_k - ZERO_CELSIUS_K
        yield (
            f"the protocol sets {asked_c:g} °C, and the record of {cell.name} says temperature_c: "
            f"{recorded_c:g}, the temperature of the cell during the test, to which its "
            "conductivity belongs: let them agree"
        )


def preflight(
    protocol_file: Path, bench_file: Path, channel_name: str, cell_file: Path
) -> Preflight:
    """Read and check the three files and the plan they make; touch nothing.

    Raises ``FileError`` naming file and line for a file that is wrong in itself.
    """
    bench = load_bench(bench_file)
    channel = bench.channel(channel_name)
    protocol = load_protocol(protocol_file)
    cell = load_cell(cell_file)
    limits = run_limits(channel, protocol)
    try:
        plan = build_plan(protocol, cell, HealthyJudge())
    except CellLacksError as error:
        raise FileError(Problem(str(cell_file), 0, str(error))) from error
    on_paper = preview(plan, cell.electrode_area_m2, limits)
    return Preflight(
        protocol=protocol,
        bench=bench,
        channel=channel,
        cell=cell,
        limits=limits,
        preview=on_paper,
        problems=(
            *unmet_needs(channel, [planned.segment for planned in on_paper.segments]),
            *unmet_references(channel, protocol.references),
            *_disagreements(protocol, cell),
            *on_paper.problems,
            *unwatched_limits(channel, limits),
            *(f"{bench_file}: {problem}" for problem in bench.notify.problems()),
        ),
        warnings=protocol.warnings_for(cell),
    )
