"""One thing that ``solidcell doctor`` looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """``verdict`` is ok, note or problem; ``detail`` says what to do about it."""

    subject: str
    verdict: str
    detail: str
