"""What a column or an option is called in a report and in the window: words, and its unit apart."""

from typing import Final


def heading_of(name: str) -> str:
    """Return the name of a column or an option with its unit apart, as far as the name tells it.

    >>> heading_of("thickness_um"), heading_of("model"), heading_of("asr_end_ohm_cm2")
    ('thickness / µm', 'model', 'ASR end / Ω cm²')
    >>> heading_of("rate_c"), heading_of("carrier_c")
    ('rate / C', 'carrier / °C')
    """
    if name in _UNITS:
        return _UNITS[name]
    words = name.split("_")
    if words[-1] == "c" and "rate" in words:
        return f"{_spoken(words[:-1])} / C"
    for length in range(_LONGEST, 0, -1):
        unit = _UNITS.get("_".join(words[-length:])) if len(words) > length else None
        if unit is not None:
            return f"{_spoken(words[:-length])} / {unit}"
    return _spoken(words)


def _spoken(words: list[str]) -> str:
    return " ".join(_SYMBOLS.get(word, word) for word in words)


_LONGEST: Final = 5
_SYMBOLS: Final = {"asr": "ASR", "ra": "R A", "dq": "dQ", "dv": "/ dV"}
_UNITS: Final = {
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
    "percent_month": "% per month",
    "ohm": "Ω",
    "mg": "mg",
    "ma_cm2": "mA cm⁻²",
    "ma_cm2_min": "mA cm⁻² min⁻¹",
    "ua_cm2": "µA cm⁻²",
    "mah_cm2": "mAh cm⁻²",
    "mg_cm2": "mg cm⁻²",
    "ms_cm": "mS cm⁻¹",
    "ms_cm2": "mS cm⁻²",
    "s_cm": "S cm⁻¹",
    "mah": "mAh",
    "mah_v": "mAh V⁻¹",
    "mah_cm2_v": "mAh cm⁻² V⁻¹",
    "mah_cm3": "mAh cm⁻³",
    "mah_g": "mAh g⁻¹",
    "mah_g_v": "mAh g⁻¹ V⁻¹",
    "wh_kg": "Wh kg⁻¹",
    "wh_l": "Wh L⁻¹",
    "g": "g",
    "g_cm3": "g cm⁻³",
    "cm3_g": "cm³ g⁻¹",
    "ohm_cm2": "Ω cm²",
    "ohm_cm2_per_h_n": "Ω cm² h⁻ⁿ",
    "usd": "$",
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
