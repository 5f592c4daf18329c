"""The sheet of a conductivity: what one spectrum of a pellet supports, at its temperature."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..cell_kinds import is_full_cell, require_pellet
from ..geometry import Geometry, Quantity, conductivity_s_per_m
from ..impedance import Resistances
from ..runs import Run, is_run_file, load_run
from ..sheets.measurement import Measurement, Option, Options, one_file
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..spectra import LabelledSpectrum, SpectrumAnswer, answer_spectrum, spectra_of_file
from ..units import MILLIAMPERE_PER_CM2, MILLISIEMENS_PER_CM, OHM_CM2, ZERO_CELSIUS_K
from ..wording import with_error
from .areal import areal
from .nyquist_plot import nyquist_plot
from .pellet import (
    COMPOSITE_OPTION,
    CONDITION_OPTIONS,
    IF_MEANT,
    SIZE_OPTIONS,
    Pellet,
    pellet_of,
    source_of,
    without_temperature,
)

_MS_CM2 = 0.1
_MILLI = 1e3
_LARGEST_RELATIVE = 0.5
_UNDETERMINED = "its error is more than half of the value; another circuit may be meant"
_NO_SIZE = "the pellet's size is not known: give thickness_um and diameter_mm"


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one spectrum of a file; raises ``ValueError`` where there is none."""
    path = one_file(files, "a conductivity")
    run = load_run(path) if is_run_file(path) else None
    spectra = spectra_of_file(path)
    place = options["spectrum"]
    if place > len(spectra):
        raise ValueError(f"spectrum is {place}; {path.name} holds {len(spectra)}")
    cell = {} if run is None else run.header.cell
    pellet = pellet_of(cell, options, path.stem)
    if not options["composite_included"]:
        require_pellet(cell, pellet.name, IF_MEANT)
    chosen = spectra[place - 1]
    if options["temperature_c"] is None and chosen.temperature_k is not None:
        pellet = replace(pellet, temperature_k=chosen.temperature_k)
    answer = answer_spectrum(
        replace(chosen, geometry=pellet.geometry, temperature_k=pellet.temperature_k),
        options["circuit"],
    )
    numbers = _numbers(answer, pellet, options)
    main = numbers[0]
    electrolyte = None if answer.resistances is None else answer.resistances.electrolyte
    return Sheet(
        kind="conductivity",
        title="Conductivity by impedance",
        subject=f"{pellet.name}, {chosen.label}",
        headline=f"{main.label} = {with_error(main.value, main.standard_error, 'mS/cm')}"
        if main.value is not None
        else f"σ refused: {main.refused}",
        conditions=pellet.conditions,
        numbers=numbers,
        tables=(_spectra_table(spectra),),
        plots=(nyquist_plot(chosen.spectrum, answer.fit, pellet.geometry, electrolyte),),
        assumptions=() if answer.resistances is None else answer.resistances.assumptions,
        warnings=(
            *pellet.warnings,
            *(() if answer.resistances is None else answer.resistances.reasons),
        ),
        refusals=refusals_of(numbers),
        sources=(source_of(path, run),),
        settings=options,
    )


def suits(run: Run) -> bool:
    """Whether a run holds a spectrum, of a cell without a composite electrode.

    What the pores of such an electrode resist stands in series with the electrolyte, and no
    circuit of a pellet tells them apart.
    """
    if is_full_cell(run.header.cell):
        return False
    return any(sweep.frequency_hz.size >= 3 for sweep in run.sweeps)


def _numbers(answer: SpectrumAnswer, pellet: Pellet, options: Options) -> tuple[Number, ...]:
    found = answer.resistances
    name, unit = "conductivity_ms_cm", "mS/cm"
    if found is None:
        reason = answer.refused or "the spectrum supports no resistance"
        return (refused_number(name, "conductivity", unit, reason),)
    resistance = number_of(found.electrolyte, "resistance_ohm", f"R, {found.label}", "Ω")
    size = pellet.geometry
    if size is None:
        return refused_number(name, f"σ, {found.label}", unit, _NO_SIZE), resistance
    conductivities = (
        _conductivity(
            found.electrolyte, size, name, f"σ, {found.label}", _why(found, "electrolyte")
        ),
        _conductivity(found.bulk, size, "bulk_ms_cm", "σ, bulk", _why(found, "bulk")),
        _conductivity(
            found.grain_boundary,
            size,
            "grain_boundary_ms_cm",
            "σ, grain boundary (L/AR)",
            _why(found, "grain boundary"),
        ),
        _of_the_boundaries(answer, found),
    )
    if conductivities[0].refused:
        return *conductivities, resistance
    return (
        *without_temperature(pellet, conductivities),
        resistance,
        *_areal(found.electrolyte, size, options),
    )


def _conductivity(
    resistance: Quantity | None, size: Geometry, name: str, label: str, reason: str
) -> Number:
    if resistance is None:
        return refused_number(name, label, "mS/cm", reason)
    found = conductivity_s_per_m(resistance, size)
    if found.relative is not None and found.relative > _LARGEST_RELATIVE:
        return refused_number(name, label, "mS/cm", f"{_UNDETERMINED}{reason and f': {reason}'}")
    ends = None
    if found.relative is not None:
        spread = math.exp(1.96 * found.relative)
        ends = (found.value / spread, found.value * spread)
    return number_of(found, name, label, "mS/cm", 1 / MILLISIEMENS_PER_CM, interval=ends)


def _why(found: Resistances, word: str) -> str:
    return next(iter(found.reasons), f"no arc of the {word} is told apart")


def _of_the_boundaries(answer: SpectrumAnswer, found: Resistances) -> Number:
    """The brick layer's conductivity of the boundaries themselves."""
    name, label = "boundary_itself_ms_cm", "σ of the boundaries themselves (brick layer)"
    brick = None if answer.identification is None else answer.identification.brick_layer
    if brick is None or brick.conductivity is None:
        return refused_number(name, label, "mS/cm", _why(found, "grain boundary"))
    if brick.objection:
        return refused_number(name, label, "mS/cm", brick.objection)
    ratio = f"boundary over grain size {brick.thickness_ratio.value:.2g}"
    return number_of(brick.conductivity, name, label, "mS/cm", 1 / MILLISIEMENS_PER_CM, note=ratio)


def _areal(resistance: Quantity, size: Geometry, options: Options) -> tuple[Number, ...]:
    """Of this pellet: its thickness cancels out of R A."""
    flat = replace(size, thickness_uncertainty_m=0.0)
    density = options["current_density_ma_cm2"]
    found = areal(
        conductivity_s_per_m(resistance, flat), size.thickness_m, density * MILLIAMPERE_PER_CM2
    )
    return (
        number_of(
            found.resistance, "asr_ohm_cm2", "area-specific resistance", "Ω cm²", 1 / OHM_CM2
        ),
        number_of(
            found.conductance, "areal_conductance_ms_cm2", "areal conductance", "mS/cm²", _MS_CM2
        ),
        number_of(found.drop, "ohmic_drop_mv", f"ohmic drop at {density:g} mA/cm²", "mV", _MILLI),
    )


def _spectra_table(spectra: Sequence[LabelledSpectrum]) -> Table:
    return Table(
        name="spectra",
        title="Spectra of the file; option spectrum chooses one",
        columns={
            "spectrum": list(range(1, len(spectra) + 1)),
            "label": [one.label for one in spectra],
            "temperature_c": [
                None if one.temperature_k is None else one.temperature_k - ZERO_CELSIUS_K
                for one in spectra
            ],
        },
    )


MEASUREMENT = Measurement(
    name="conductivity",
    title="Conductivity of a pellet by impedance: bulk, grain boundary, total",
    takes="one run file or file of spectra",
    options=(
        *SIZE_OPTIONS,
        *CONDITION_OPTIONS,
        Option("spectrum", "Which spectrum of the file.", kind=int, default=1, low=1),
        Option("circuit", "Circuit to fit.", kind=str, unset="one is chosen"),
        COMPOSITE_OPTION,
        Option("current_density_ma_cm2", "For the ohmic drop.", default=1.0, low=0.0),
    ),
    make=make,
    example="conductivity pellet.mpr --thickness-um 800 --diameter-mm 10 --temperature-c 25",
    suits=suits,
)
