"""How often readings are committed: what may be lost against how much the disk is worn."""

from typing import Final

COMMIT_PERIOD_S: Final = 0.5
"""Readings are committed no more often than this: it saves the disk, and is what may be lost."""
FAST_COMMIT_PERIOD_S: Final = 0.005
"""The same while readings come faster than twenty a second, for as long as such a segment lasts."""

_FAST_SAMPLE_PERIOD_S: Final = 0.05


def commit_period_s(sample_period_s: float) -> float:
    """Choose the least time between two commits for readings that come every so often, in s.

    >>> commit_period_s(0.1), commit_period_s(0.01)
    (0.5, 0.005)
    """
    return FAST_COMMIT_PERIOD_S if sample_period_s < _FAST_SAMPLE_PERIOD_S else COMMIT_PERIOD_S
