"""Whether what a run waits for, a temperature or a pressure, has been there for long enough."""

from typing import Final

from ..ovens.soak import LONGEST_GAP_S, Soak, SoakCriterion
from .channel import Channel

_LONGEST_GAP_WALL_S: Final = 4.0
"""What nobody has looked at for this long may have been anywhere; in s of the machine."""


def steadiness(channel: Channel, target: float, tolerance: float, stable_s: float) -> Soak:
    """Return what watches it on the clock of this channel; target and tolerance have one unit."""
    return Soak(
        SoakCriterion(target=target, tolerance=tolerance, stable_s=stable_s),
        longest_gap_s=max(LONGEST_GAP_S, _LONGEST_GAP_WALL_S * (channel.speed or 1.0)),
    )
