"""The tables of a report: what a critical-current report must state, and where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from ..critical_current import Criteria, CriticalCurrent, StrippingLimit
from ..run_rows import RunSegment
from ..runs import Run
from ..wording import NOT_GIVEN, duration, frequency, number, with_error
from .fits import SweepFit

Rows: TypeAlias = tuple[tuple[str, str], ...]
ZERO_CELSIUS_K = 273.15


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table of labels and values; labels take ``label_share`` of the width."""

    title: str
    rows: Rows
    label_share: float = 0.42


@dataclass(frozen=True, slots=True)
class Grid:
    """A titled table with columns; ``widths`` are shares of the page."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


def cell_tables(run: Run) -> tuple[Table, ...]:
    """Electrolyte, electrodes and conditions, unknown entries shown as such."""
    cell = run.header.cell
    say = _Cell(cell)
    thickness = say.scaled("thickness_m", 1e6, "µm")
    if (u := cell.get("thickness_uncertainty_m")) is not None:
        thickness = f"{cell['thickness_m'] * 1e6:.0f} ± {u * 1e6:.0f} µm"
    electrolyte = (
        ("electrolyte", say.text("electrolyte")),
        ("composition", say.text("composition")),
        ("batch", say.text("electrolyte_batch")),
        ("relative density", say.scaled("relative_density_percent", 1, "%")),
        ("thickness", thickness),
        ("pellet diameter", say.scaled("pellet_diameter_m", 1e3, "mm")),
        ("pressed at", say.pressing("press")),
        ("surface preparation", say.text("surface_preparation")),
        ("conductivity", say.scaled("conductivity_s_per_m", 10, "mS/cm")),
        ("conductivity from", say.text("conductivity_source")),
    )
    electrodes = (
        (
            "working | counter electrode",
            f"{say.text('working_electrode', 'Li')} | {say.text('counter_electrode', 'Li')}",
        ),
        ("lithium source", say.text("lithium_source")),
        ("lithium thickness", say.scaled("lithium_thickness_m", 1e6, "µm")),
        ("area of current densities", say.scaled("electrode_area_m2", 1e4, "cm²")),
        ("area of working electrode", say.scaled("working_electrode_area_m2", 1e4, "cm²")),
        ("area of counter electrode", say.scaled("counter_electrode_area_m2", 1e4, "cm²")),
        ("interlayer", say.text("interlayer")),
        ("assembled at", say.pressing("assembly")),
    )
    conditions = (
        ("stack pressure", say.scaled("stack_pressure_pa", 1e-6, "MPa")),
        ("held by", say.text("stack_pressure_mode")),
        ("pressure sensor", say.text("stack_pressure_sensor")),
        ("pressure drift", say.scaled("stack_pressure_drift_pa", 1e-6, "MPa")),
        ("temperature", say.celsius("temperature_k")),
        ("temperature recorded", _recorded(run)),
        ("temperature sensor", say.text("temperature_sensor")),
        ("atmosphere", say.text("atmosphere")),
    )
    return (
        Table("Electrolyte", electrolyte),
        Table("Electrodes and assembly", electrodes),
        Table("Conditions", conditions),
    )


def protocol_table(run: Run, result: CriticalCurrent) -> Table:
    """The test as it was carried out, read from the segments of the record."""
    halves = [s for s in run.segments if s.kind == "Galvanostatic" and s.continues is None]
    steps = [s for s in halves if s.phase == "step"]
    sweeps = [s for s in run.segments if s.kind == "ImpedanceSweep"]
    rests = [s for s in run.segments if s.kind == "Rest" and s.phase == "step"]
    densities = list(dict.fromkeys(float(s.tags["current_density_ma_cm2"]) for s in steps))
    increments = sorted({round(b - a, 9) for a, b in pairwise(densities)})
    cycles = {int(s.tags.get("cycle", 0)) + 1 for s in steps}
    rows = (
        ("variant", _variant(steps, densities)),
        ("current densities", _listed(densities, "mA/cm²")),
        ("increment", _listed(increments, "mA/cm²")),
        ("half-cycle", _listed(sorted({s.settings["duration_s"] for s in steps}), "s")),
        (
            "charge of a half-cycle",
            f"at most {number(result.largest_half_cycle_mah_cm2, 'mAh/cm²')}",
        ),
        ("cycles per step", str(max(cycles)) if cycles else NOT_GIVEN),
        ("formation", _formation([s for s in halves if s.phase == "formation"])),
        ("rest before a spectrum", _listed(sorted({s.settings["duration_s"] for s in rests}), "s")),
        ("impedance", _impedance(sweeps)),
        ("voltage limits", _limits(halves)),
        ("sampling", _listed(sorted({s.settings["sample_period_s"] for s in halves}), "s")),
    )
    return Table("Test", rows)


def result_table(result: CriticalCurrent) -> Table:
    """The verdict in numbers."""
    failed = result.failed_ma_cm2
    ratio = None
    if result.initial_asr_ohm_cm2 is not None and result.bulk_asr_ohm_cm2 is not None:
        ratio = result.initial_asr_ohm_cm2 / result.bulk_asr_ohm_cm2
    depth = result.depth_of_discharge
    side = f"{result.plated_electrode} electrode" if result.plated_electrode else "–"
    rows = (
        ("highest step passed", number(result.passed_ma_cm2, "mA/cm²")),
        ("first step failed", number(failed, "mA/cm²") if failed is not None else "none"),
        ("failure", result.failure),
        ("lithium plated on, as it failed", side),
        ("failed at", f"{result.failed_electrode} electrode" if result.failed_electrode else "–"),
        ("evidence", f"grade {result.evidence_grade}" if result.evidence_grade else "–"),
        ("shown by a spectrum", "yes" if result.confirmed_by_spectrum else "no"),
        *((f"CCS, {limit.electrode} electrode", _ccs(limit)) for limit in result.stripping),
        ("recovered", {None: "not tested", True: "yes", False: "no"}[result.recovered]),
        ("resistance at the start", number(result.initial_asr_ohm_cm2, "Ω cm²")),
        ("thickness / conductivity", number(result.bulk_asr_ohm_cm2, "Ω cm²")),
        ("their ratio (below 0.9: shorted)", number(ratio)),
        ("charge moved, both directions", number(result.cumulative_charge_mah_cm2, "mAh/cm²")),
        ("largest half-cycle", number(result.largest_half_cycle_mah_cm2, "mAh/cm²")),
        ("lithium moved in it", number(result.lithium_moved_um, "µm")),
        ("depth of discharge", number(100 * depth, "%") if depth is not None else NOT_GIVEN),
        ("cells", "1 (no statistics)"),
    )
    return Table("Result", rows)


def _ccs(limit: StrippingLimit) -> str:
    if limit.failed_ma_cm2 is None:
        return f"> {limit.passed_ma_cm2:g} mA/cm²"
    return f"{limit.passed_ma_cm2:g} to {limit.failed_ma_cm2:g} mA/cm²"


CRITERIA_WORDS = {
    "settle_s": ("not judged after a current step, at most", "s"),
    "window_s": ("rolling median over, at most", "s"),
    "window_points": ("rolling median over, at least", "readings"),
    "drop_fraction": ("drop in a half-cycle: below the median by", "of it"),
    "drop_mad": ("… and by", "median deviations"),
    "drop_consecutive": ("… in a row", "readings"),
    "step_ratio": ("ASR at the start over that before", ""),
    "cumulative_ratio": ("ASR over that of the last clean step", ""),
    "bulk_floor_ratio": ("least ASR over thickness / conductivity", ""),
    "warm_floor_ratio": ("… where no temperature is measured", ""),
    "unreferenced_floor_ratio": ("least ASR over clean, without conductivity", ""),
    "hard_ratio": ("hard short: ASR over thickness / conductivity", ""),
    "lead_resistance_ohm": ("… or below twice the leads", "Ω"),
    "hard_phase_deg": ("… and phase at 1 kHz above", "°"),
    "high_frequency_ratio": ("resistance at high frequency over the first", ""),
    "low_frequency_ratio": ("|Z| at low frequency over the first", ""),
    "bulk_frequency_min_hz": ("high frequency is above", "Hz"),
    "contact_asr_ratio": ("contact: ASR at the end over the start", ""),
    "contact_impedance_ratio": ("… and |Z| at low frequency over the first", ""),
    "contact_lost": ("contact lost: area by the spectrum below", ""),
    "contact_poor": ("warned of below", ""),
    "recovered_ratio": ("recovered: ASR and bulk over those before", ""),
    "noise_ratio": ("noise over that of clean steps", ""),
    "current_tolerance": ("readings judged with the current within", "of nominal"),
    "voltage_accuracy_v": ("nothing concluded from less than", "V"),
    "minimal_capacity_c_per_m2": ("minimal capacity below", "C/m²"),
    "activation_energy_ev": ("temperature correction, bulk", "eV"),
    "activation_energy_doubt": ("… and its uncertainty", "of it"),
    "gap_fraction": ("a gap counts beyond", "of a half-cycle"),
}


def criteria_table(criteria: Criteria) -> Table:
    """Every threshold in words and its value."""
    rows = tuple(
        (words, f"{getattr(criteria, name):g} {unit}".strip())
        for name, (words, unit) in CRITERIA_WORDS.items()
    )
    return Table("Criteria and thresholds", rows, label_share=0.72)


def half_cycle_grid(result: CriticalCurrent) -> Grid:
    """One row a half-cycle."""
    rows = tuple(
        (
            row.phase if row.step is None else f"{row.phase} {row.step + 1}",
            f"{row.direction * row.current_density_ma_cm2:+.3g}",
            number(row.asr_start_ohm_cm2),
            number(row.asr_end_ohm_cm2),
            number(abs(row.charge_mah_cm2)),
            _ended(row.end) if not row.gap_s else f"{_ended(row.end)}, stood {row.gap_s:.3g} s",
        )
        for row in result.half_cycles
    )
    header = (
        "half-cycle",
        "J / mA cm⁻²",
        "ASR start / Ω cm²",
        "end / Ω cm²",
        "|Q| / mAh cm⁻²",
        "ended",
    )
    return Grid("Half-cycles", header, rows, (0.17, 0.14, 0.2, 0.16, 0.17, 0.16))


def fit_grid(fits: tuple[SweepFit, ...], *, alone: bool = False) -> Grid:
    """One row a spectrum: resistances times area with errors, or the reason for none.

    ``alone`` says that the spectra were also fitted together, which stands elsewhere.
    """
    found = dict.fromkeys(r.name for one in fits for r in one.resistances if r.name != "total")
    names = [*sorted(found, key=lambda name: name == "interface"), "total"]
    rows = []
    for one in fits:
        values = {r.name: with_error(r.ohm_cm2, r.standard_error_ohm_cm2) for r in one.resistances}
        cells = [values.get(name, "") for name in names]
        if one.refused is not None:
            cells[0] = f"refused: {one.refused}"
        misfit = "" if one.misfit is None else f"{100 * one.misfit:.2g} %"
        rows.append((one.title, *cells, misfit))
    share = 0.62 / len(names)
    widths = (0.27, *([share] * len(names)), 0.11)
    return Grid(
        f"Fitted resistances{', each spectrum alone' if alone else ''} / Ω cm²",
        ("spectrum", *names, "misfit"),
        tuple(rows),
        widths,
    )


def provenance_table(facts: Mapping[str, str]) -> Table:
    """Where the report comes from."""
    return Table("Provenance", tuple(facts.items()))


@dataclass(frozen=True, slots=True)
class _Cell:
    """The cell record, asked entry by entry."""

    cell: Mapping[str, Any]

    def text(self, name: str, default: str = NOT_GIVEN) -> str:
        return str(self.cell.get(name, default))

    def scaled(self, name: str, factor: float, unit: str) -> str:
        value = self.cell.get(name)
        return number(None if value is None else value * factor, unit)

    def celsius(self, name: str) -> str:
        value = self.cell.get(name)
        return NOT_GIVEN if value is None else f"{value - ZERO_CELSIUS_K:.1f} °C"

    def pressing(self, stage: str) -> str:
        time_s = self.cell.get(f"{stage}_time_s")
        parts = (
            self.scaled(f"{stage}_pressure_pa", 1e-6, "MPa"),
            self.celsius(f"{stage}_temperature_k"),
            duration(time_s),
        )
        return NOT_GIVEN if set(parts) == {NOT_GIVEN} else ", ".join(parts)


def _ended(end: str | None) -> str:
    if end is None:
        return "no end recorded"
    return "alarm" if end == "watch" else end.replace("_", " ")


def _variant(steps: list[RunSegment], densities: list[float]) -> str:
    if len(densities) < 2:
        return NOT_GIVEN
    durations = {s.settings["duration_s"] for s in steps}
    if len(durations) == 1:
        return "stepped, constant time"
    charges = [s.settings["duration_s"] * abs(s.settings["current_a"]) for s in steps]
    same = max(charges) < 1.01 * min(charges)
    return "stepped, constant capacity" if same else "stepped"


def _formation(halves: list[RunSegment]) -> str:
    if not halves:
        return "none"
    cycles = 1 + max(int(s.tags.get("cycle", 0)) for s in halves)
    density = number(float(halves[0].tags["current_density_ma_cm2"]), "mA/cm²")
    word = "cycle" if cycles == 1 else "cycles"
    return f"{cycles} {word} at {density}, {duration(halves[0].settings['duration_s'])} each way"


def _impedance(sweeps: list[RunSegment]) -> str:
    if not sweeps:
        return "none"
    s = sweeps[0].settings
    mode = str(s.get("mode", "potentiostatic"))
    unit, factor = ("mA", 1e3) if mode == "galvanostatic" else ("mV", 1e3)
    return (
        f"{frequency(s['frequency_max_hz'])} to {frequency(s['frequency_min_hz'])}, "
        f"{s['points_per_decade']:g} per decade, {s['amplitude'] * factor:g} {unit} rms, {mode}"
    )


def _limits(halves: list[RunSegment]) -> str:
    if not halves:
        return NOT_GIVEN
    s = halves[0].settings
    return f"{s['voltage_min_v']:g} to {s['voltage_max_v']:+g} V"


def _listed(values: list[float], unit: str) -> str:
    if not values:
        return NOT_GIVEN
    if unit == "s":
        ends = list(dict.fromkeys((duration(values[0]), duration(values[-1]))))
        return " to ".join(ends)
    texts = [f"{value:.4g}" for value in values]
    shown = texts if len(texts) <= 8 else [*texts[:3], "…", *texts[-2:]]
    return f"{', '.join(shown)} {unit}"


def _recorded(run: Run) -> str:
    """Of the readings, or of the spectra where there are none."""
    kelvin = run.temperature_k
    if not np.isfinite(kelvin).any():
        kelvin = np.array([s.temperature_k for s in run.sweeps if s.temperature_k is not None])
    return _span(kelvin - ZERO_CELSIUS_K, "°C")


def _span(values: Any, unit: str) -> str:
    known = values[np.isfinite(values)]
    if not known.size:
        return NOT_GIVEN
    return f"{known.min():.1f} to {known.max():.1f} {unit}"
