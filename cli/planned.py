"""What a plan will do, in the words that every command uses."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..acquisition.preview.preview import Preview


def charge_words(plan: "Preview") -> str:
    """Say how much charge a plan moves, and that voltages move some that nobody knows before."""
    moved_mah_cm2 = plan.charge_c / 3.6 / (plan.electrode_area_m2 * 1e4)
    beside = ", beside what flows at the voltages that are set" if plan.moves_more else ""
    return f"{moved_mah_cm2:.4g} mAh/cm² moved{beside}"
