"""Is a sealed run still what it was?"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .plain_file import sha256_of
from .seal import SealedFile, read_seal


class SealVerdict(StrEnum):
    """What became of a sealed file."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MISSING = "missing"
    NOT_SEALED = "not sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealCheck:
    """What was found about one file; ``detail`` says how it differs, for a person."""

    path: Path
    verdict: SealVerdict
    detail: str = ""


def check_seal(run_file: Path) -> tuple[SealCheck, ...]:
    """Compare a run file, and the tables sealed with it, with their seal; the run file is first.

    Raises ``SealError`` if the seal cannot be read.
    """
    seal = read_seal(run_file)
    if seal is None:
        return (SealCheck(path=run_file, verdict=SealVerdict.NOT_SEALED),)
    tables = (_compare(run_file.with_name(table.name), table) for table in seal.tables)
    return (_compare(run_file, seal.file), *tables)


def _compare(path: Path, sealed: SealedFile) -> SealCheck:
    try:
        size_bytes = path.stat().st_size
        sha256 = sha256_of(path)
    except FileNotFoundError:
        return SealCheck(path=path, verdict=SealVerdict.MISSING)
    if sha256 == sealed.sha256:
        return SealCheck(path=path, verdict=SealVerdict.UNCHANGED)
    detail = f"SHA-256 is {sha256}, was {sealed.sha256}"
    if size_bytes != sealed.size_bytes:
        detail = f"{size_bytes} bytes, was {sealed.size_bytes}; {detail}"
    return SealCheck(path=path, verdict=SealVerdict.CHANGED, detail=detail)
