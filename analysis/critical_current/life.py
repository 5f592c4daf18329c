"""A test at one current density until the cell gives way: its life in charge and half-cycles."""

from dataclasses import dataclass

from ..units import MILLIAMPERE_HOUR_PER_CM2
from .replay import Block, RecordedHalfCycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How long a cell lived at ``current_density_ma_cm2``.

    Charges are sums over both directions. The charge at which the cell failed lies in
    (``sound_mah_cm2``, ``failed_mah_cm2``]: from the last half-cycle after which it was found
    sound to the one whose readings, or the spectrum after it, showed the failure. ``None``: it
    outlived the test, and the life is right-censored at ``sound_mah_cm2``.
    """

    current_density_ma_cm2: float
    half_cycles: int
    sound_mah_cm2: float
    failed_mah_cm2: float | None

    @property
    def sentence(self) -> str:
        """The result in words.

        >>> Life(current_density_ma_cm2=0.5, half_cycles=36, sound_mah_cm2=9.0,
        ...      failed_mah_cm2=9.2).sentence
        'life at 0.5 mA/cm²: failed between 9 and 9.2 mAh/cm² moved, after 36 half-cycles'
        """
        at = f"life at {self.current_density_ma_cm2:g} mA/cm²"
        if self.failed_mah_cm2 is None:
            return f"{at}: more than {self.sound_mah_cm2:.4g} mAh/cm² moved (right-censored)"
        return (
            f"{at}: failed between {self.sound_mah_cm2:.4g} and {self.failed_mah_cm2:.4g} mAh/cm² "
            f"moved, after {self.half_cycles} half-cycles"
        )


def life_of(
    blocks: tuple[Block, ...], failed: Block | None, culprit: RecordedHalfCycle | None
) -> Life | None:
    """The life that a test tells of; ``None`` if it was no test at one current density.

    An alarm or a limit names its half-cycle, and the ones before it in the same block had none; a
    failure that only the spectrum shows may have come in any half-cycle since the spectrum before.
    """
    lived = [block for block in blocks if block.phase == "life" and block.half_cycles]
    if not lived:
        return None
    halves = [half for block in lived for half in block.half_cycles]
    charges = [abs(half.charge_c_per_m2) / MILLIAMPERE_HOUR_PER_CM2 for half in halves]
    if failed is None or failed.phase != "life":
        sound, count, until = sum(charges), len(halves), None
    else:
        ended = failed.half_cycles[-1]
        has_told = culprit is not None and (culprit.alarm is not None or not _is_whole(culprit))
        last = culprit if culprit is not None and has_told else ended
        first = last if has_told else failed.half_cycles[0]
        count = halves.index(first)
        sound, until = sum(charges[:count]), sum(charges[: halves.index(last) + 1])
    return Life(
        current_density_ma_cm2=lived[0].density_ma_cm2,
        half_cycles=count,
        sound_mah_cm2=sound,
        failed_mah_cm2=until,
    )


def _is_whole(half: RecordedHalfCycle) -> bool:
    return half.segment.end == "completed"
