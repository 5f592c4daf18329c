"""What somebody wrote into a field, as the value of an option. No widget here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...analysis.sheets.measurement import Option


def value_of(option: Option, text: str) -> Any:
    """Return the value that a text means; an empty one means the default.

    Raises ``ValueError`` saying what is allowed.

    >>> value_of(Option("area_cm2", "Electrode area."), "0,785")
    Traceback (most recent call last):
    ValueError: area_cm2 is '0,785'; expected a number such as 0.785
    >>> value_of(Option("area_cm2", "Electrode area."), " 0.785 ")
    0.785
    """
    word = text.strip()
    if not word:
        return option.default
    if option.kind is Path:
        return Path(word)
    if option.kind not in (float, int):
        return word
    try:
        return option.kind(word)
    except ValueError:
        kind = "a whole number such as 3" if option.kind is int else "a number such as 0.785"
        raise ValueError(f"{option.name} is {word!r}; expected {kind}") from None


def given(options: tuple[Option, ...], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of every option that somebody set. Raises ``ValueError``."""
    found = {}
    for option in options:
        text = texts.get(option.name, "")
        if option.kind is bool:
            found[option.name] = text == "yes"
        elif text.strip():
            found[option.name] = value_of(option, text)
    return found
