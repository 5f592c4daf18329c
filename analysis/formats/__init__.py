"""Foreign files in, standard files out: one format per file."""

from .measured import FormatError, Measured, Source
from .read import read_spectra

__all__ = ["FormatError", "Measured", "Source", "read_spectra"]
