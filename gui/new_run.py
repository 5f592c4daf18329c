"""Choosing a new run: which files there are, what they would do, and what forbids it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from .. import acquisition
from ..acquisition.files.bench import load_bench
from ..acquisition.files.yaml_lines import FileError
from ..acquisition.instruments.channels import ChannelSpec
from ..acquisition.preview.preflight import Preflight, preflight
from .display_units import celsius_text, clock_text, duration_text, number_text

FileKind: TypeAlias = Literal["bench", "cell", "protocol"]
FILE_KINDS: Final[tuple[FileKind, ...]] = ("bench", "cell", "protocol")
COULOMB_PER_MAH: Final = 3.6
_LOOK_AT_BYTES: Final = 20_000
_TEMPERATURES_AT_MOST: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person has picked so far."""

    protocol: Path | None = None
    bench: Path | None = None
    channel: str = ""
    cell: Path | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What has still to be picked."""
        named = {
            "a bench file": self.bench,
            "a channel": self.channel,
            "a cell record": self.cell,
            "a protocol": self.protocol,
        }
        return tuple(name for name, picked in named.items() if not picked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What came of looking at a choice. ``problems`` forbid a start; each is one line."""

    choice: Choice
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    preflight: Preflight | None = None

    @property
    def may_start(self) -> bool:
        """Whether the run may be started."""
        return self.preflight is not None and not self.problems


def check(choice: Choice) -> Check:
    """Read and check the files of a choice; touch nothing else."""
    try:
        if not (choice.protocol and choice.bench and choice.channel and choice.cell):
            if choice.bench:
                load_bench(choice.bench)  # a bench that is wrong has no channel to pick
            return Check(choice=choice)
        checked = preflight(choice.protocol, choice.bench, choice.channel, choice.cell)
    except (FileError, ValueError) as error:
        return Check(choice=choice, problems=tuple(str(error).splitlines()))
    return Check(
        choice=choice,
        problems=checked.problems,
        warnings=checked.warnings,
        preflight=checked,
    )


def channels_of(bench_file: Path) -> tuple[ChannelSpec, ...]:
    """The channels of a bench. Raises ``FileError`` naming file and line."""
    return tuple(load_bench(bench_file).channels.values())


def plan_facts(checked: Preflight) -> list[tuple[str, str]]:
    """Name and value of what a person should know of the plan before it starts."""
    plan = checked.preview
    moved_mah_cm2 = plan.charge_c / COULOMB_PER_MAH / (plan.electrode_area_m2 * 1e4)
    peak_ma_cm2 = max((abs(j) for j in plan.current_density()[1]), default=0.0) / 10
    return [
        ("Protocol", checked.protocol.name),
        *_temperature_facts(checked),
        ("Duration", f"{duration_text(plan.duration_s)} if nothing fails"),
        ("Segments", f"{len(plan.segments)}, of these {len(plan.sweep_times_s())} spectra"),
        ("Largest current", f"{peak_ma_cm2:.3g} mA/cm²"),
        ("Charge moved", f"{number_text(moved_mah_cm2, 'mAh/cm²')}, both directions"),
    ]


def _temperature_facts(checked: Preflight) -> list[tuple[str, str]]:
    """The temperatures that the plan sets, each once and in their order, and how it soaks."""
    asked = checked.preview.soaks()
    if not asked:
        return []
    degrees = dict.fromkeys(celsius_text(one.temperature_k) for one in asked)
    shown = [text.removesuffix(" °C") for text in degrees]
    if len(shown) > _TEMPERATURES_AT_MOST:
        shown = [*shown[:3], "…", shown[-1]]
    soaks = dict.fromkeys(
        f"within {one.tolerance_k:g} K for {duration_text(one.stable_s)}" for one in asked
    )
    return [("Temperatures", f"{', '.join(shown)} °C"), ("Soaked when", "; ".join(soaks))]


def limit_facts(checked: Preflight) -> list[tuple[str, str]]:
    """Name and value of every limit that holds, with who set it."""
    limits, origins = checked.limits, checked.limits.origins
    texts = {
        "voltage_min_v": ("Voltage, lowest", f"{limits.voltage_min_v:g} V"),
        "voltage_max_v": ("Voltage, highest", f"{limits.voltage_max_v:g} V"),
        "current_max_a": ("Current, either way", f"{limits.current_max_a * 1e3:g} mA"),
        "temperature_min_k": ("Temperature, lowest", celsius_text(limits.temperature_min_k)),
        "temperature_max_k": ("Temperature, highest", celsius_text(limits.temperature_max_k)),
        "charge_max_c": ("Net charge", f"{limits.charge_max_c / COULOMB_PER_MAH:.4g} mAh"),
        "duration_max_s": ("Time", clock_text(limits.duration_max_s)),
    }
    return [(texts[n][0], f"{texts[n][1]}  ({origins[n]})") for n in texts if n in origins]


def example_files() -> list[Path]:
    """The files that come with the package."""
    return sorted(Path(str(acquisition.__file__)).parent.glob("examples/*.*"))


def files_of_kind(kind: FileKind, files: Sequence[Path]) -> list[Path]:
    """Those files that exist and look like a bench, a cell record or a protocol; each once."""
    once = dict.fromkeys(file.resolve() for file in files)
    return [file for file in once if kind_of(file) == kind]


def kind_of(file: Path) -> FileKind | None:
    """What a settings file looks like from its first lines; ``None`` for anything else."""
    if file.suffix.lower() == ".toml":
        return "bench" if "[channel." in _beginning(file) else None
    if file.suffix.lower() not in (".yaml", ".yml", ".json"):
        return None
    keys = {line.split(":")[0].strip(' {"') for line in _beginning(file).splitlines()}
    if "protocol" in keys:
        return "protocol"
    return "cell" if "electrolyte" in keys else None


def _beginning(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_LOOK_AT_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return ""
