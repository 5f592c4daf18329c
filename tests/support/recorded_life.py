"""Plating and stripping by the real plan on a prescribed cell, and half-cycles written by hand."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from solidcell.acquisition.plans.plating_stripping import PlatingStripping, plating_stripping
from solidcell.acquisition.record.writer import RunWriter
from support.prescribed_cell import PrescribedCell
from support.recorded_test import SWEEP, Recorder, header_of
from support.runs import header


def record_life(
    path: Path,
    cell: PrescribedCell,
    *,
    density_ma_cm2: float = 0.5,
    half_cycle_s: float = 600.0,
    cycles: int = 6,
    spectrum_every: int = 2,
    with_spectra: bool = True,
    details: dict[str, Any] | None = None,
) -> Path:
    test = PlatingStripping(
        current_density_a_m2=10 * density_ma_cm2,
        electrode_area_m2=cell.area_m2,
        half_cycle_s=half_cycle_s,
        cycles=cycles,
        rest_s=60.0,
        impedance=SWEEP if with_spectra else None,
        spectrum_every=spectrum_every,
        voltage_limit_v=5.0,
        sample_period_s=10.0,
    )
    writer = RunWriter.create(path, header_of(cell, details))
    recorder, plan = Recorder(cell, writer, 5.0), plating_stripping(test)
    try:
        segment = next(plan)
        while True:
            tags = {"measurement": "plating_stripping", **getattr(segment, "tags", {})}
            own = replace(segment, tags=tags) if hasattr(segment, "tags") else segment
            segment = plan.send(recorder.carry_out(own))
    except StopIteration:
        writer.event(cell.now_s, "made_safe", {"output": "off", "by": "worker"})
        writer.event(cell.now_s, "run_ended", {"reason": "completed", "detail": ""})
    writer.close()
    return path


def record_half_cycles(
    path: Path, halves: Sequence[tuple[float, float, str]], cell: dict[str, Any]
) -> Path:
    """Write half-cycles of (current in A, seconds, end), six readings each."""
    now_s = 0.0
    with RunWriter.create(path, header(cell=cell)) as writer:
        for current_a, duration_s, end in halves:
            asked = {"current_a": current_a, "duration_s": duration_s}
            number = writer.segment(now_s, "Galvanostatic", "half-cycle", asked, {})
            for k in range(1, 7):
                writer.reading(number, now_s + k * duration_s / 6, 0.1, current_a, None, None, 0)
            now_s += duration_s
            body = {"number": number, "end": end, "detail": "", "duration_s": duration_s}
            writer.event(now_s, "segment_ended", {**body, "began_s": now_s - duration_s})
        writer.event(now_s, "run_ended", {"reason": "completed", "detail": ""})
    return path
