"""``solidcell analyse coulombic-efficiency``: of plated lithium, where it is defined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..cell_kinds import is_lithium
from ..runs import Run, load_run
from ..sheets.measurement import Measurement, Option, Options, one_file
from ..sheets.plot import Axis, Item, Panel, Plot, line, points
from ..sheets.sheet import Number, Sheet, Table, refusals_of, refused_number
from ..sheets.sources import source_of_run
from ..units import MILLIAMPERE_HOUR_PER_CM2
from ..wording import with_error
from .condition_words import condition_texts
from .coulombic_efficiency import (
    EFFICIENCY_IN_EXCESS,
    Efficiency,
    efficiencies,
    empty_stretches,
)
from .coulombic_efficiency_numbers import LABEL, MEAN, numbers_of, warnings_of
from .critical_current_map import Condition
from .plated_charges import plated_charges


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run. Raises ValueError where ``efficiencies`` does.

    A cell with lithium on both sides gets a sheet that refuses, with the reason.
    """
    run = load_run(one_file(files, "an efficiency"))
    electrode = options["working_electrode"] or run.header.cell.get("working_electrode")
    if electrode is None:
        raise ValueError(
            "what the working electrode is made of is not in the cell record; give "
            "--working-electrode, e.g. Cu"
        )
    if is_lithium(electrode):
        refused = refused_number(MEAN, LABEL, "%", EFFICIENCY_IN_EXCESS)
        return _sheet(run, options, str(electrode), (), (refused,))
    if options["working_electrode"] is None and run.header.cell.get("active_mass_kg") is not None:
        raise ValueError(
            f"{run.path.name}: the cell record states an active mass, so nothing is plated on its "
            "working electrode; the efficiency of a full cell is in `cycling`"
        )
    charges = plated_charges(run)
    found = efficiencies(charges, relative_uncertainty=options["charge_uncertainty_percent"] / 100)
    made = _sheet(run, options, str(electrode), found, numbers_of(found, options["skip"]))
    return replace(made, warnings=warnings_of(found, empty_stretches(charges), options["skip"]))


def _sheet(
    run: Run,
    options: Options,
    electrode: str,
    found: Sequence[Efficiency],
    numbers: tuple[Number, ...],
) -> Sheet:
    cell = run.header.cell
    condition = Condition(
        areal_capacity_c_per_m2=None,
        stack_pressure_pa=cell.get("stack_pressure_pa"),
        temperature_k=cell.get("temperature_k"),
    )
    return Sheet(
        kind="coulombic-efficiency",
        title="Coulombic efficiency of plating and stripping",
        subject=str(cell.get("name", run.header.run_id)),
        headline=_headline(numbers[0]),
        conditions=(("working electrode", electrode), *condition_texts([condition])[1:]),
        numbers=numbers,
        tables=(_table(found),) if found else (),
        plots=(_plot(found),) if found else (),
        assumptions=(
            "plating is negative current; each stretch ends where the voltage limit ended a "
            "stripping half-cycle, so that no lithium that can be stripped is left",
            f"independent errors of {options['charge_uncertainty_percent']:g} % of each charge, "
            "and of where a current ended between two readings; an error of the gain cancels",
        )
        if found
        else (),
        refusals=refusals_of(numbers),
        sources=(source_of_run(run),),
        settings=options,
    )


def _headline(number: Number) -> str:
    if number.value is None:
        return f"refused: {number.refused}"
    told = with_error(number.value, number.standard_error, number.unit)
    return f"{number.label} {told}; {number.note}"


def _table(found: Sequence[Efficiency]) -> Table:
    columns: dict[str, list[Any]] = {
        "stretch": list(range(1, len(found) + 1)),
        "cycles_on_reservoir": [each.cycles for each in found],
        "plated_mah_cm2": [each.plated_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2 for each in found],
        "stripped_mah_cm2": [each.stripped_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2 for each in found],
        "efficiency_percent": [100 * each.efficiency.value for each in found],
        "standard_error_percent": [100 * (each.efficiency.standard_error or 0.0) for each in found],
    }
    return Table(name="stretches", title="From cut-off to cut-off", columns=columns)


def _plot(found: Sequence[Efficiency]) -> Plot:
    number = np.arange(1, len(found) + 1)
    percent = [100 * each.efficiency.value for each in found]
    error = [100 * (each.efficiency.standard_error or 0.0) for each in found]
    items: tuple[Item, ...] = (
        points("Q stripped over Q plated", number, percent, error),
        line("100 %", [1, max(len(found), 2)], [100, 100], dashed=True, colour=7),
    )
    plain = all(each.cycles == 0 for each in found)
    x = Axis(label="cycle" if plain else "stretch, from cut-off to cut-off")
    panel = Panel(x=x, y=Axis(label="coulombic efficiency / %"), items=items)
    of = "cycles" if plain else "stretches from cut-off to cut-off"
    caption = f"Coulombic efficiency of n = {len(found)} {of}; bars are standard errors."
    return Plot(name="efficiency", caption=caption, panels=(panel,))


def suits(run: Run) -> bool:
    """Whether a run plates lithium on an electrode that has none."""
    electrode = str(run.header.cell.get("working_electrode", "Li")).strip().lower()
    plates = any(
        s.kind == "Galvanostatic" and float(s.settings.get("current_a", 0)) < 0
        for s in run.segments
    )
    return plates and electrode in ("cu", "copper", "ni", "nickel", "ss", "steel", "c", "carbon")


MEASUREMENT = Measurement(
    name="coulombic-efficiency",
    title="Coulombic efficiency of plating and stripping on a lithium-free electrode",
    takes="a run that plates and strips to a cut-off voltage",
    options=(
        Option(
            "working_electrode",
            "What lithium is plated on.",
            kind=str,
            unset="the cell record's",
        ),
        Option("skip", "First cycles to leave out of the mean.", int, 0, low=0),
        Option(
            "charge_uncertainty_percent",
            "Standard uncertainty of a charge that is independent of the others'.",
            default=0.1,
            low=0.0,
            high=100.0,
        ),
    ),
    make=make,
    example="coulombic-efficiency li-cu.run.sqlite --skip 1",
    suits=suits,
)
