"""A logarithmic axis whose numbers read as numbers, as far as they are short."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg

_PLAIN_FROM, _PLAIN_TO = 1e-3, 1e5


class LogAxis(pg.AxisItem):
    """Writes 20 and not 2·10¹; beyond 0.001 and 100 000 the powers stay."""

    def logTickStrings(  # noqa: N802
        self, values: Sequence[float], scale: float, spacing: float | None
    ) -> list[str]:
        """Return what stands at the logarithms ``values``."""
        powers = super().logTickStrings(values, scale, spacing)
        numbers = 10 ** np.asarray(values, dtype=float) * scale
        return [
            f"{number:.3g}"
            if _PLAIN_FROM <= number < 1000
            else f"{number:.0f}"
            if 1000 <= number < _PLAIN_TO
            else power
            for number, power in zip(numbers, powers, strict=True)
        ]
