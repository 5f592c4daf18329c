"""The last look before a run: do protocol, channel and cell go together?

Everything that can be known without touching an instrument is checked here, by the window, by the
command line and once more by the worker.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..files.bench import Bench, load_bench
from ..files.cells import Cell, load_cell
from ..files.protocols import Protocol, build_plan, load_protocol, run_limits
from ..instruments.channels import ChannelSpec
from ..limits.limits import Limits
from .preview import HealthyJudge, Preview, preview

_TOLD: Final = 5
_SENSORS: Final = {"temperature": "thermometer", "stack_pressure": "pressure gauge"}
_IMPEDANCE_ROLES: Final = frozenset({"potentiostat"})


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
    plan = build_plan(protocol, cell, HealthyJudge())
    on_paper = preview(plan, cell.electrode_area_m2, limits)
    return Preflight(
        protocol=protocol,
        bench=bench,
        channel=channel,
        cell=cell,
        limits=limits,
        preview=on_paper,
        problems=(
            *on_paper.problems,
            *_missing_roles(channel, on_paper),
            *_unwatched(channel, limits),
            *(f"{bench_file}: {problem}" for problem in bench.notify.problems()),
        ),
        warnings=protocol.warnings_for(cell),
    )


def _missing_roles(channel: ChannelSpec, on_paper: Preview) -> tuple[str, ...]:
    if channel.role in _IMPEDANCE_ROLES or not on_paper.sweep_times_s():
        return ()
    return (
        f"channel {channel.name} has a {channel.role} ({channel.driver}), which measures no "
        "impedance, and the protocol asks for spectra: use a channel with a potentiostat, or "
        "write `impedance: none` (the evidence is then of grade A at best)",
    )


def _unwatched(channel: ChannelSpec, limits: Limits) -> tuple[str, ...]:
    """Limits of what nothing on a bench measures today: nobody would see to them."""
    return tuple(
        f"channel {channel.name} has no {sensor}, so nobody would watch {limits.of_whom(name)}: "
        "leave it out, and guard the cell by other means"
        for name in limits.set_values()
        for quantity, sensor in _SENSORS.items()
        if name.startswith(quantity)
    )
