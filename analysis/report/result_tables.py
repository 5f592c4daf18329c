"""The verdict of a critical-current test in numbers: result, criteria, half-cycles."""

from ..critical_current import Criteria, CriticalCurrent, StrippingLimit
from ..end_words import end_words
from ..wording import NOT_GIVEN, number
from .table import Grid, Table

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
    return Grid("Half-cycles", header, rows)


def _ccs(limit: StrippingLimit) -> str:
    if limit.failed_ma_cm2 is None:
        return f"> {limit.passed_ma_cm2:g} mA/cm²"
    return f"{limit.passed_ma_cm2:g} to {limit.failed_ma_cm2:g} mA/cm²"


def _ended(end: str | None) -> str:
    return "no end recorded" if end is None else end_words(end, "alarm")
