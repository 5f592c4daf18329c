"""Batches of cells: values known exactly or only to an interval, and what they say together."""

from .censored import Observation
from .comparison import Difference, likelihood_ratio, log_rank
from .estimate import Estimate
from .goodness import Goodness, goodness_of_fit
from .kaplan_meier import KaplanMeier, kaplan_meier
from .log_weibull import NoMaximumError
from .order_statistics import failed_share_limits, quantile_interval
from .summary import Summary, summarise
from .turnbull import Turnbull, turnbull
from .weibull import WeibullFit, fit_weibull, modulus_bias
from .weibull_regression import WeibullModel, fit_weibull_regression

__all__ = [
    "Difference",
    "Estimate",
    "Goodness",
    "KaplanMeier",
    "NoMaximumError",
    "Observation",
    "Summary",
    "Turnbull",
    "WeibullFit",
    "WeibullModel",
    "failed_share_limits",
    "fit_weibull",
    "fit_weibull_regression",
    "goodness_of_fit",
    "kaplan_meier",
    "likelihood_ratio",
    "log_rank",
    "modulus_bias",
    "quantile_interval",
    "summarise",
    "turnbull",
]
