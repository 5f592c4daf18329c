"""The spectra of a run at several temperatures, fitted together: what an Arrhenius series says."""

from typing import TYPE_CHECKING, Final

from .runs import Run
from .spectra import LabelledSpectrum, spectra_of_run

if TYPE_CHECKING:
    from .impedance import SeriesAnalysis

FEWEST_TEMPERATURES: Final = 3
APART_K: Final = 1.0  # temperatures nearer to each other than this count as one


class NoTemperatureSeriesError(ValueError):
    """The run holds no spectra at three temperatures or more; the text says what it has."""


def temperature_spectra(run: Run) -> list[LabelledSpectrum]:
    """Return the spectra whose temperature is known, coldest first.

    Raises ``NoTemperatureSeriesError`` if there are fewer than three temperatures among them.
    """
    spectra = sorted(
        (one for one in spectra_of_run(run) if one.temperature_k is not None),
        key=lambda one: one.temperature_k or 0.0,
    )
    count = distinct_temperatures([one.temperature_k or 0.0 for one in spectra])
    if count < FEWEST_TEMPERATURES:
        raise NoTemperatureSeriesError(
            f"{run.path.name} has spectra at {count} temperatures (more than {APART_K:g} K apart); "
            f"an Arrhenius line needs {FEWEST_TEMPERATURES}"
        )
    return spectra


def distinct_temperatures(temperatures_k: list[float]) -> int:
    """Count temperatures that are more than 1 K apart.

    >>> distinct_temperatures([300.0, 300.2, 310.0])
    2
    """
    count, last_k = 0, float("-inf")
    for kelvin in sorted(temperatures_k):
        if kelvin - last_k > APART_K:
            count, last_k = count + 1, kelvin
    return count


def series_of_run(run: Run, temperature_uncertainty_k: float = 0.0) -> "SeriesAnalysis":
    """Fit the spectra of a run together over temperature; a few seconds for five spectra.

    Raises ``NoTemperatureSeriesError`` where there is no series, and what the series' own fit
    raises where nothing can be fitted.
    """
    from .impedance import series_from_spectra

    spectra = temperature_spectra(run)
    return series_from_spectra(
        [(one.spectrum, one.temperature_k) for one in spectra if one.temperature_k is not None],
        geometry=spectra[0].geometry,
        temperature_uncertainty_k=temperature_uncertainty_k,
    )
