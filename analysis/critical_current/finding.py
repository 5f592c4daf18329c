"""What a step came to: the weighing of the voltage's evidence against the spectrum's."""

from dataclasses import dataclass
from typing import TypeAlias

from .criteria import Criteria
from .spectrum_change import Change

Weight: TypeAlias = tuple[str, bool, bool]
_NOTHING: Weight = ("none", False, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFinding:
    """What a step came to. ``failed`` ends the test; ``suspect`` asks for a closer look.

    ``failure`` is "none", "hard short", "soft short", "suspected short", "contact loss" or
    "shorted from the start". ``direction`` is the sign of the current of the half-cycle that
    gave the evidence, 0 where no half-cycle did. ``voltage_evidence`` and
    ``impedance_evidence`` are sentences with numbers. ``cleared`` says that the voltage accused
    the cell and the spectrum after a rest found it sound.
    """

    failed: bool = False
    suspect: bool = False
    reason: str = "clean"
    failure: str = "none"
    direction: int = 0
    voltage_evidence: tuple[str, ...] = ()
    impedance_evidence: tuple[str, ...] = ()
    change: Change | None = None
    cleared: bool = False


def weigh(
    alarms: tuple[str, ...],
    drift: tuple[str, ...],
    contact: tuple[str, ...],
    change: Change | None,
    limits: Criteria,
    *,
    is_second_look: bool = False,
) -> Weight:
    """Failure, failed, suspect: the voltage accuses, the spectrum decides.

    A second look is at a spectrum after a rest that was asked for by a suspicion: what it does not
    confirm is no suspicion any more, but where it cannot decide.
    """
    if change is None:
        if contact:
            return "contact loss", True, False
        return ("suspected short", bool(alarms), not alarms) if alarms or drift else _NOTHING
    if (short := _short(change, limits, accused=bool(alarms))) is not None:
        return short
    has_grown = change.low_frequency_ratio > limits.contact_impedance_ratio
    if (change.contact is not None and change.contact < limits.contact_lost) or (
        contact and has_grown
    ):
        return "contact loss", True, False
    if is_second_look or not (contact or alarms):
        return _NOTHING
    return "contact loss" if contact else "suspected short", False, True


def _short(change: Change, limits: Criteria, *, accused: bool) -> Weight | None:
    """What a fall of the resistances says; ``None``: nothing of a short."""
    if change.cause == "series contact":
        return None
    if change.high_frequency_ratio < limits.high_frequency_ratio:
        if change.cause == "parallel path" or accused:  # no warming is as sudden as an alarm
            return "soft short", True, False
        if change.cause == "undecided":
            return "suspected short", False, True
    if change.cause == "parallel path" and change.low_frequency_ratio < limits.low_frequency_ratio:
        return "suspected short", False, True
    return None


def describe(change: Change, alarms: tuple[str, ...]) -> tuple[str, ...]:
    """The change of a spectrum in sentences with numbers; ``alarms`` fell before it."""
    sudden = ", but the voltage fell faster than a cell can warm" if alarms else ""
    meaning = {
        "parallel path": f"as a parallel path of {change.parallel_ohm:.3g} Ω would make it",
        "warming": "as warming would do: the relaxation times have shortened with the resistances"
        f"{sudden}",
        "series contact": "smaller by one resistance at all frequencies, as when a contact in "
        "series with the cell has become better",
        "interface": "the bulk is unchanged",
        "undecided": f"the spectra cannot tell a parallel path from warming{sudden}",
    }
    share = change.contact
    lost = () if share is None else (f"arcs as of {100 * share:.0f} % of the area in contact",)
    return (
        f"resistance at {_frequency(change.high_frequency_hz)} is "
        f"{change.high_frequency_ratio:.2f} of the first spectrum's, |Z| at "
        f"{_frequency(change.low_frequency_hz)} is {change.low_frequency_ratio:.2f} of it: "
        f"{meaning[change.cause]}",
        *lost,
    )


def _frequency(hertz: float) -> str:
    if hertz >= 1e5:
        return f"{hertz / 1e6:.3g} MHz"
    return f"{hertz / 1e3:.3g} kHz" if hertz >= 1e3 else f"{hertz:.3g} Hz"
