"""Published data sets with censoring, as facts: what tests compare estimates with."""

import math

from solidcell.analysis.statistics import Observation

BALL_BEARINGS = (
    17.88, 28.92, 33.00, 41.52, 42.12, 45.60, 48.40, 51.84, 51.96, 54.12, 55.56, 67.80,
    68.64, 68.64, 68.88, 84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.40,
)  # fmt: skip
"""Millions of revolutions to failure: Lieblein, Zelen 1956 J. Res. Natl. Bur. Stand. 57, 273."""

_DRUG = "6 6 6 7 10 13 16 22 23 6+ 9+ 10+ 11+ 17+ 19+ 20+ 25+ 32+ 32+ 34+ 35+"
_PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
_RADIATION = (
    "45+ 6-10 0-7 46+ 46+ 7-16 17+ 7-14 37-44 0-8 4-11 15+ 11-15 22+ 46+ 46+ 25-37 46+ 26-40 46+ "
    "27-34 36-44 46+ 36-48 37+ 40+ 17-25 46+ 11-18 38+ 5-12 37+ 0-5 18+ 24+ 36+ 5-11 19-35 17-25 "
    "24+ 32+ 33+ 19-26 37+ 34+ 36+"
)


def _observation(text: str) -> Observation:
    if text.endswith("+"):
        return Observation.right(float(text[:-1]))
    low, _, high = text.partition("-")
    return Observation(float(low), float(high)) if high else Observation.exact(float(low))


def _observations(text: str) -> list[Observation]:
    return [_observation(word) for word in text.split()]


REMISSION_DRUG = _observations(_DRUG)
REMISSION_PLACEBO = _observations(_PLACEBO)
"""Weeks of remission with 6-mercaptopurine and placebo: Freireich et al. 1963 Blood 21, 699."""

COSMESIS_RADIATION = _observations(_RADIATION)
"""Months to breast retraction, radiation alone: Finkelstein, Wolfe 1985 Biometrics 41, 933."""

COSMESIS_MASSES = {
    (4, 5): 0.0463, (6, 7): 0.0334, (7, 8): 0.0887, (11, 12): 0.0708,
    (24, 25): 0.0926, (33, 34): 0.0818, (38, 40): 0.1209, (46, 48): 0.4656,
}  # fmt: skip
"""Their nonparametric estimate: Fay, Shaw 2010 J. Stat. Softw. 36 (2)."""


def on_steps(values: list[float], step: float, top: float = math.inf) -> list[Observation]:
    """What a test in equal steps up to ``top`` would have told of values."""
    found = []
    for value in values:
        upper = math.ceil(value / step - 1e-12) * step
        known = Observation(max(0.0, upper - step), upper)
        found.append(known if upper <= top + 1e-9 else Observation.right(top))
    return found
