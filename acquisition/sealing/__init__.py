"""Sealing: a run that has ended is checked, hashed, and cannot be changed unnoticed any more."""

from ..record.sealed import seal_file
from .check import SealCheck, SealVerdict, check_seal
from .errors import SealError
from .seal import Seal, SealedFile, add_tables, read_seal, seal_run

__all__ = [
    "Seal",
    "SealCheck",
    "SealError",
    "SealVerdict",
    "SealedFile",
    "add_tables",
    "check_seal",
    "read_seal",
    "seal_file",
    "seal_run",
]
