"""The array types that this package speaks of."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Float: TypeAlias = NDArray[np.float64]
Complex: TypeAlias = NDArray[np.complex128]
Bool: TypeAlias = NDArray[np.bool_]
Index: TypeAlias = NDArray[np.intp]
