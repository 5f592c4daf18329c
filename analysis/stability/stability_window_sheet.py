"""The sheet of a stability window: both onsets by two methods, charges, and what to beware of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ..geometry import Quantity
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..units import MICROAMPERE_PER_CM2
from ..wording import with_error
from .onset import Onset
from .voltammogram import SweepResult, Window, window_of
from .window_cells import WindowCell, crossings, is_window_run, window_cell
from .window_plots import voltammogram_plot

MC_CM2: Final = 0.1  # of 1 C/m2
COVERAGE: Final = 1.96
OTHER_THRESHOLDS: Final = (1.0, 3.0, 10.0, 30.0, 100.0)  # µA/cm2


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one cell, or of several: each side from the first that shows it.

    Cells with planar and with composite electrodes are kept apart. Errors as in ``window_cell``.
    """
    cells = [window_cell(path, options) for path in files]
    kinds = list(dict.fromkeys(cell.electrode_type for cell in cells))
    windows = {kind: _window(kind, cells) for kind in kinds}
    shared_v = _shared_error_v(cells, options)
    numbers = tuple(number for kind in kinds for number in _numbers(windows[kind], shared_v))
    return Sheet(
        kind="stability-window",
        title="Electrochemical stability window",
        subject=", ".join(dict.fromkeys(cell.name for cell in cells)),
        headline="; ".join(_headline(windows[kind], shared_v) for kind in kinds),
        conditions=(
            *cells[0].conditions,
            ("electrode", " and ".join(kinds)),
            ("threshold", f"{options['threshold_ua_cm2']:g} µA/cm²"),
            ("scan rate", _scan_rates(cells)),
        ),
        numbers=numbers,
        tables=(_sweep_table(cells), _threshold_table(cells)),
        plots=(voltammogram_plot(cells, options["threshold_ua_cm2"]),),
        assumptions=(
            "an onset is where the current density beyond the quietest part of the sweep passes "
            "the threshold for three readings; the tangent's is where the rise meets that part",
            "the first readings of a sweep, while the current of switching on dies away, are left "
            "out",
            "the error of an onset holds the step between readings, the noise, the baseline and "
            f"{'the stated' if options['voltage_uncertainty_mv'] else 'no'} uncertainty of the "
            "instrument's voltage; what the reference electrode drifts by is not in it",
            "current density per geometric area, whatever the electrode's roughness",
            "potentials against Li+/Li"
            + (" by the stated reference" if cells[0].shift.shift.value else ""),
        ),
        warnings=tuple(
            dict.fromkeys(
                [each for window in windows.values() for each in window.warnings]
                + [each for cell in cells for each in cell.shift.warnings]
            )
        ),
        refusals=refusals_of(numbers),
        sources=tuple(cell.source for cell in cells),
        settings=options,
    )


def _window(kind: str, cells: Sequence[WindowCell]) -> Window:
    """Take each side from the first cell that has a sweep towards it."""
    own = [cell for cell in cells if cell.electrode_type == kind]
    first = {
        direction: number
        for direction in (-1, 1)
        for number, cell in reversed(list(enumerate(own)))
        if any(each.outward and each.sweep.direction == direction for each in cell.results)
    }
    results = [each for cell in own for each in cell.results]
    fresh = len(set(first.values())) == len(first)
    return window_of(results, own[0].electrode_type, all_fresh=fresh)


def _shared_error_v(cells: Sequence[WindowCell], options: Options) -> float:
    """Return what both ends share, so that the width is free of it: reference and instrument."""
    shift_v = max(cell.shift.shift.standard_error or 0.0 for cell in cells)
    return math.hypot(shift_v, (options["voltage_uncertainty_mv"] or 0.0) * 1e-3)


def _numbers(window: Window, shared_v: float) -> Iterator[Number]:
    kind = window.electrode_type
    sides = (("reduction", window.reduction), ("oxidation", window.oxidation))
    for side, result in sides:
        missing = Onset(None, f"no sweep towards {side}")
        for method, onset in (
            ("threshold", result.by_threshold if result else missing),
            ("tangent", result.by_tangent if result else missing),
        ):
            name = f"{kind}_{side}_onset_{method}_v"
            yield _onset_number(name, f"{side} onset by {method} ({kind})", onset, shared_v)
        if result is not None:
            charge = result.reduction_charge if side == "reduction" else result.oxidation_charge
            yield number_of(
                charge,
                f"{kind}_{side}_charge_mc_cm2",
                f"charge of {side} in that sweep ({kind})",
                "mC/cm²",
                MC_CM2,
                interval=_interval(charge),
            )
    label = f"window ({kind})"
    if window.width is None:
        yield refused_number(f"{kind}_window_v", label, "V", window.refused)
    else:
        interval = _interval(window.width)
        yield number_of(window.width, f"{kind}_window_v", label, "V", interval=interval)


def _onset_number(name: str, label: str, onset: Onset, shared_v: float) -> Number:
    if onset.potential is None:
        return refused_number(name, label, "V vs Li+/Li", onset.refused)
    error = math.hypot(onset.potential.standard_error or 0.0, shared_v)
    whole = Quantity(onset.potential.value, error, "V")
    return number_of(whole, name, label, "V vs Li+/Li", interval=_interval(whole))


def _interval(quantity: Quantity) -> tuple[float, float] | None:
    if quantity.standard_error is None:
        return None
    reach = COVERAGE * quantity.standard_error
    return quantity.value - reach, quantity.value + reach


def _headline(window: Window, shared_v: float) -> str:
    if window.width is None:
        return f"{window.electrode_type} electrode: no window ({window.refused})"
    ends = [
        each.by_threshold.potential
        for each in (window.reduction, window.oxidation)
        if each is not None
    ]
    low, high = (
        with_error(each.value, math.hypot(each.standard_error or 0.0, shared_v))
        for each in ends
        if each is not None
    )
    return f"{window.electrode_type} electrode: {low} to {high} V vs Li+/Li"


def _scan_rates(cells: Sequence[WindowCell]) -> str:
    rates = [abs(each.sweep.scan_rate_v_s) * 1e3 for cell in cells for each in cell.results]
    return ", ".join(dict.fromkeys(f"{rate:.2g} mV/s" for rate in rates))


def _sweep_table(cells: Sequence[WindowCell]) -> Table:
    rows = [(cell, number, each) for cell in cells for number, each in enumerate(cell.results, 1)]
    return Table(
        name="sweeps",
        title="Every sweep, in the order of measurement",
        columns={
            "cell": [cell.name for cell, _, _ in rows],
            "electrode": [cell.electrode_type for cell, _, _ in rows],
            "sweep": [number for _, number, _ in rows],
            "from_v": [float(each.sweep.potential_v[0]) for _, _, each in rows],
            "to_v": [float(each.sweep.potential_v[-1]) for _, _, each in rows],
            "scan_rate_mv_s": [each.sweep.scan_rate_v_s * 1e3 for _, _, each in rows],
            "baseline_ua_cm2": [
                each.baseline.current_density_a_m2 / MICROAMPERE_PER_CM2 for _, _, each in rows
            ],
            "noise_ua_cm2": [each.baseline.noise_a_m2 / MICROAMPERE_PER_CM2 for _, _, each in rows],
            "onset_threshold_v": [_shown(each, each.by_threshold) for _, _, each in rows],
            "onset_tangent_v": [_shown(each, each.by_tangent) for _, _, each in rows],
            "oxidation_charge_mc_cm2": [
                each.oxidation_charge.value * MC_CM2 for _, _, each in rows
            ],
            "reduction_charge_mc_cm2": [
                each.reduction_charge.value * MC_CM2 for _, _, each in rows
            ],
        },
        note="charges are of both signs in every sweep, beyond its baseline",
    )


def _shown(result: SweepResult, onset: Onset) -> float | None:
    return onset.potential.value if result.outward and onset.potential is not None else None


def _threshold_table(cells: Sequence[WindowCell]) -> Table:
    rows = [
        (cell, *found)
        for cell in cells
        for found in crossings(
            cell.results, [each * MICROAMPERE_PER_CM2 for each in OTHER_THRESHOLDS]
        )
    ]
    return Table(
        name="onset_by_threshold",
        title="How an onset depends on the threshold",
        columns={
            "cell": [cell.name for cell, *_ in rows],
            "electrode": [cell.electrode_type for cell, *_ in rows],
            "direction": [result.sweep.direction for _, result, _, _ in rows],
            "threshold_ua_cm2": [threshold / MICROAMPERE_PER_CM2 for _, _, threshold, _ in rows],
            "onset_v": [None if found is None else found.value for *_, found in rows],
        },
    )


MEASUREMENT = Measurement(
    name="stability-window",
    title="Stability window from slow sweeps of the potential",
    takes="runs with voltammetry, or CSV tables of time, potential and current",
    options=(
        Option("threshold_ua_cm2", "Current density that counts as decomposition.", default=10.0,
               low=1e-3, high=1e5),
        Option("electrode_type", "Whether the electrode holds carbon and electrolyte.", str,
               choices=("planar", "composite"), unset="as the run's tags say"),
        Option("area_cm2", "Geometric area.", low=1e-6, unset="the cell record's"),
        Option("reference", "What the potential is against.", str, choices=("Li", "Li-In"),
               unset="the record's counter electrode"),
        Option("lithium_per_indium", "Li per In of a Li-In reference.", low=0.0),
        Option("voltage_uncertainty_mv", "Standard uncertainty of the instrument's voltage.",
               low=0.0, unset="not in the errors"),
    ),
    make=make,
    example="stability-window oxidation.run.sqlite reduction.run.sqlite --threshold-ua-cm2 10",
    suits=is_window_run,
)  # fmt: skip
