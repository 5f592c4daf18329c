"""What every export says about signs, times and flags."""

from typing import Final

SIGN_OF_CURRENT: Final = (
    "positive current flows from the instrument into the working electrode: anodic there"
)
SIGN_OF_IMPEDANCE: Final = "the imaginary part is as measured: negative where capacitive"
TIME: Final = (
    "time since the run began by the clock of the instrument and of the experiment, never by the "
    "wall clock"
)
FLAGS: Final = (
    "sum of: 1 timing (a reading taken late), 2 overload, 4 underload, 8 overload warning, "
    "16 compliance; 0 is a good value"
)


def meaning_of_positive_current(cell: dict[str, object]) -> str:
    """Say what positive current does to a cell, from the names of its electrodes.

    >>> meaning_of_positive_current({"working_electrode": "Li", "counter_electrode": "Li"})[:68]
    'symmetric cell, Li | Li, which is neither charged nor discharged: po'
    """
    working = str(cell.get("working_electrode", "")) or "working electrode of unknown material"
    counter = str(cell.get("counter_electrode", "")) or "counter electrode of unknown material"
    if working == counter:
        return (
            f"symmetric cell, {working} | {counter}, which is neither charged nor discharged: "
            "positive current strips the working electrode and plates the counter electrode; it is "
            "counted as charging, negative current as discharging"
        )
    return (
        f"{working} (working electrode) | {counter} (counter electrode): positive current is "
        "counted as charging, which it is if the working electrode is the positive one; it is "
        "anodic at the working electrode in any case"
    )
