"""BioLogic EC-Lab binary ``.mpr``.

The format
----------
Binary modules after the magic ``BIO-LOGIC MODULAR FILE``; not documented by the maker. The
reader is the package *galvani* (``datalab-org-galvani``), which its licence, GPL-3, leaves to
the user to install: ``pip install "datalab-org-galvani>=0.6"``. EC-Lab's own text export,
``.mpt``, needs nothing.

Sign of the imaginary part: the column is -Im(Z), as its name says; it is negated here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from ..impedance.arrays import Float
from .eclab_text import COLUMNS, SIGN_RULE, split
from .measured import FormatError, Measured, Source
from .number_fields import spectrum

MAGIC = b"BIO-LOGIC MODULAR FILE"


def read_eclab_mpr(path: Path) -> list[Measured]:
    """Read every spectrum of an EC-Lab binary file.

    Raises
    ------
    FormatError
        If galvani is not installed or cannot read the file, or it holds no impedance.
    """
    try:
        from galvani import BioLogic
    except ImportError as missing:
        raise FormatError(
            path,
            "reading .mpr needs a reader under the GPL-3, which is yours to choose: "
            'pip install "datalab-org-galvani>=0.6"; or export the file as text (.mpt) in EC-Lab',
        ) from missing
    try:
        with path.open("rb") as file:
            data = BioLogic.MPRfile(file).data
    except (ValueError, NotImplementedError, KeyError, AssertionError) as problem:
        raise FormatError(path, f"galvani cannot read it: {problem}") from problem
    names = data.dtype.names or ()
    if missing_columns := [name for name in COLUMNS if name not in names]:
        raise FormatError(path, f"no impedance: column {', '.join(missing_columns)} is missing")
    keep = np.asarray(data["freq/Hz"], dtype=np.float64) > 0
    frequency, real, minus_imaginary = (
        np.asarray(data[name], dtype=np.float64)[keep] for name in COLUMNS
    )
    cycles: Float = np.zeros_like(frequency)
    if "cycle number" in names:
        cycles = np.asarray(data["cycle number"], dtype=np.float64)[keep]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    parts = split(frequency, cycles)
    z = real - 1j * minus_imaginary
    found = []
    for k, part in enumerate(parts):
        label = path.stem if len(parts) == 1 else f"{path.stem} spectrum {k + 1}"
        one = spectrum(path, 1, frequency[part], z[part], {})
        found.append(Measured(one, Source(path, digest, "EC-Lab mpr", label, SIGN_RULE, {})))
    return found
