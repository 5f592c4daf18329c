"""The sheet of an ionic transference number, and what the electrons discharge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..geometry import Quantity
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.run_conditions import surroundings
from ..sheets.sheet import Number, Sheet, number_of
from ..units import MEGAPASCAL, MILLISIEMENS_PER_CM, SIEMENS_PER_CM, ZERO_CELSIUS_K
from ..wording import with_error
from . import conductivity_sheet, dc_polarisation_sheet
from .pellet import CONDITION_OPTIONS, SIZE_OPTIONS
from .transference import Transference, transference

_IONIC, _ELECTRONIC = "conductivity_ms_cm", "electronic_conductivity_s_cm"
_IONIC_GIVEN = "ionic_conductivity_ms_cm"
_FILES = "one run file with a spectrum and a DC polarisation, or two: the spectrum's first"


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of the conductivities that files say, or options.

    One run file holds a spectrum and a DC polarisation; of two files the first has the spectrum.
    Where both conductivities are given there is no file. Raises ``ValueError`` for anything else,
    or where a conductivity is refused.
    """
    _require_files(files, options)
    sheets: list[Sheet] = []
    ionic = given(options, _IONIC_GIVEN, "ionic_uncertainty_percent", MILLISIEMENS_PER_CM)
    if ionic is None:
        sheets.append(_ionic(files[0], options))
        ionic = _from(sheets[-1].number(_IONIC), MILLISIEMENS_PER_CM)
    electronic = given(options, _ELECTRONIC, "electronic_uncertainty_percent", SIEMENS_PER_CM)
    is_bound = bool(options["electronic_is_bound"])
    if electronic is None:
        sheets.append(_electronic(files[-1], options))
        electronic, is_bound = _electronic_of(sheets[-1])
    found = transference(ionic, electronic, is_bound=is_bound)
    return Sheet(
        kind="transference",
        title="Ionic transference number",
        subject=sheets[-1].subject if sheets else "conductivities as given",
        headline=f"1 − t_ion < {found.electronic.value:.3g}"
        if is_bound
        else f"1 − t_ion = {with_error(found.electronic.value, found.electronic.standard_error)}",
        conditions=sheets[-1].conditions if sheets else _conditions(options),
        numbers=transference_numbers(found, ionic, electronic),
        assumptions=(
            "both conductivities are of one material at one temperature and pressure",
            "the doubts of both conductivities are independent, that of a pellet's size too",
            *(a for one in sheets for a in one.assumptions),
        ),
        warnings=tuple(dict.fromkeys(w for one in sheets for w in one.warnings)),
        sources=tuple({s.name: s for one in sheets for s in one.sources}.values()),
        settings=options,
    )


def _require_files(files: Sequence[Path], options: Options) -> None:
    missing = [name for name in (_IONIC_GIVEN, _ELECTRONIC) if options[name] is None]
    if len(files) > 2:
        raise ValueError(f"a transference number is of one or two files, got {len(files)}")
    if missing and not files:
        raise ValueError(f"{' and '.join(missing)} is needed, or {_FILES}")
    if files and not missing:
        raise ValueError(
            f"{_IONIC_GIVEN} and {_ELECTRONIC} are given: then no file is needed, got {len(files)}"
        )


def _conditions(options: Options) -> tuple[tuple[str, str], ...]:
    celsius, megapascal = options["temperature_c"], options["stack_pressure_mpa"]
    return surroundings(
        None if celsius is None else celsius + ZERO_CELSIUS_K,
        None if megapascal is None else megapascal * MEGAPASCAL,
    )


def _ionic(path: Path, options: Options) -> Sheet:
    own = {o.name: options.get(o.name, o.default) for o in conductivity_sheet.MEASUREMENT.options}
    return conductivity_sheet.make([path], own)


def _electronic(path: Path, options: Options) -> Sheet:
    every = dc_polarisation_sheet.MEASUREMENT.options
    return dc_polarisation_sheet.make(
        [path], {o.name: options.get(o.name, o.default) for o in every}
    )


def given(options: Options, name: str, doubt: str, unit: float) -> Quantity | None:
    """A conductivity among the options, in S/m of which `unit` is its own; or None."""
    value, percent = options[name], options[doubt]
    if value is None:
        return None
    si = value * unit
    return Quantity(si, None if percent is None else si * percent / 100, "S/m")


def _from(number: Number, unit: float) -> Quantity:
    if number.value is None:
        raise ValueError(f"{number.label}: {number.refused}")
    error = number.standard_error
    return Quantity(number.value * unit, None if error is None else error * unit, "S/m")


def _electronic_of(sheet: Sheet) -> tuple[Quantity, bool]:
    """The electronic conductivity, or its upper bound where the value is refused."""
    number = sheet.number(_ELECTRONIC)
    if number.value is not None:
        return _from(number, SIEMENS_PER_CM), False
    for one in sheet.numbers:
        if one.name == "electronic_conductivity_bound_s_cm":
            return _from(one, SIEMENS_PER_CM), True
    raise ValueError(f"{number.label}: {number.refused}")


def transference_numbers(
    found: Transference, ionic: Quantity, electronic: Quantity
) -> tuple[Number, ...]:
    """The numbers of a transference, with the conductivities that it is made of."""
    note = "upper bound" if found.is_bound else ""
    electrons, label = found.electronic, "electronic transference number 1 − t_ion"
    return (
        number_of(
            found.ionic,
            "ionic_transference",
            "ionic transference number",
            "",
            interval=found.ionic_interval,
            note="lower bound" if found.is_bound else "",
        ),
        number_of(
            electrons,
            "electronic_transference",
            label,
            "",
            interval=found.electronic_interval,
            note=note,
        ),
        number_of(found.ratio, "conductivity_ratio", "σ_ion / σ_e", ""),
        number_of(
            ionic,
            _IONIC_GIVEN,
            "ionic conductivity",
            "mS/cm",
            1 / MILLISIEMENS_PER_CM,
        ),
        number_of(
            electronic,
            _ELECTRONIC,
            "electronic conductivity",
            "S/cm",
            1 / SIEMENS_PER_CM,
            note=note,
        ),
    )


MEASUREMENT = Measurement(
    name="transference",
    title="Ionic transference number from ionic and electronic conductivity",
    takes=f"{_FILES}; none if both conductivities are given",
    files_optional=True,
    options=(
        Option(_IONIC_GIVEN, "Instead of a spectrum.", low=1e-12),
        Option("ionic_uncertainty_percent", "Its standard uncertainty.", low=0.0),
        Option(_ELECTRONIC, "Instead of a DC polarisation.", low=1e-30),
        Option("electronic_uncertainty_percent", "Its standard uncertainty.", low=0.0),
        Option("electronic_is_bound", "It is an upper bound.", kind=bool, default=False),
        *SIZE_OPTIONS,
        *CONDITION_OPTIONS,
        Option("circuit", "Circuit to fit.", kind=str, unset="one is chosen"),
        Option("spectrum", "Which spectrum of the file.", kind=int, default=1, low=1),
        Option("skip_s", "Leave out readings before, after each step.", default=0.0, low=0.0),
        Option("resolution_na", "Resolution of the instrument.", default=0.0, low=0.0),
    ),
    make=make,
    example="transference pellet.run.sqlite",
    suits=lambda run: conductivity_sheet.suits(run) and dc_polarisation_sheet.suits(run),
)
