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


def label_of(name: str) -> str:
    """Return the name of an option or a column with its unit apart, as far as the name tells it.

    >>> label_of("thickness_um"), label_of("model"), label_of("rate_c"), label_of("carrier_c")
    ('thickness / µm', 'model', 'rate / C', 'carrier / °C')
    """
    words = name.split("_")
    if words[-1] == "c" and "rate" in words:
        return f"{' '.join(words[:-1])} / C"
    for length in (3, 2, 1):
        unit = _UNITS.get("_".join(words[-length:])) if len(words) > length else None
        if unit is not None:
            return f"{' '.join(words[:-length])} / {unit}"
    return " ".join(words)


_UNITS = {
    "um": "µm",
    "cm2": "cm²",
    "mm": "mm",
    "c": "°C",
    "k": "K",
    "v": "V",
    "mv": "mV",
    "ma": "mA",
    "ua": "µA",
    "na": "nA",
    "s": "s",
    "h": "h",
    "min": "min",
    "hz": "Hz",
    "mpa": "MPa",
    "percent": "%",
    "ohm": "Ω",
    "mg": "mg",
    "ma_cm2": "mA cm⁻²",
    "ua_cm2": "µA cm⁻²",
    "mah_cm2": "mAh cm⁻²",
    "mg_cm2": "mg cm⁻²",
    "ms_cm": "mS cm⁻¹",
    "s_cm": "S cm⁻¹",
    "mah_g": "mAh g⁻¹",
    "wh_kg": "Wh kg⁻¹",
    "wh_l": "Wh L⁻¹",
    "g_cm3": "g cm⁻³",
    "ohm_cm2": "Ω cm²",
    "usd_kg": "$ kg⁻¹",
    "ev": "eV",
    "ml_min": "mL min⁻¹",
    "ul_min": "µL min⁻¹",
    "kpa": "kPa",
    "ppm": "ppm",
    "mc_cm2": "mC cm⁻²",
    "g_mol": "g mol⁻¹",
    "l": "L",
    "days": "d",
    "nm": "nm",
    "na_cm2": "nA cm⁻²",
    "mw_cm2": "mW cm⁻²",
    "cm2_s": "cm² s⁻¹",
    "mv_s": "mV s⁻¹",
    "s_k_cm": "S K cm⁻¹",
}
