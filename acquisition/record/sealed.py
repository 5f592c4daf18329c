"""Where the seal of a run stands: a run file that has one is never written to again."""

from pathlib import Path

from .errors import RecordError


def seal_file(run_file: Path) -> Path:
    """Where the seal of a run stands: beside its run file."""
    return run_file.with_name(f"{run_file.name.removesuffix('.run.sqlite')}.seal.json")


def refuse_sealed(run_file: Path) -> None:
    """Raise ``RecordError`` for a run file that is sealed."""
    if seal_file(run_file).exists():
        raise RecordError(f"{run_file}: it is sealed; a sealed run is never gone on with")
