"""The test of a report as it was carried out, read from the segments of the record."""

from itertools import pairwise

from ..critical_current import CriticalCurrent
from ..run_rows import RunSegment
from ..runs import Run
from ..wording import NOT_GIVEN, duration, frequency, number
from .table import Table


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
