"""Colours of the window as numbers, light and dark. Curves use the Okabe-Ito palette."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Tone: TypeAlias = Literal["plain", "muted", "good", "warning", "danger", "accent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Every colour that a view may use, as ``#rrggbb``.

    Text, tones and axes stand on ``window``, ``panel`` or ``raised``; each ``on_…`` stands on the
    colour that it names. ``spectra`` colours the sweeps from the newest backwards.
    """

    name: Literal["light", "dark"]
    window: str
    panel: str
    raised: str
    border: str
    text: str
    muted: str
    good: str
    warning: str
    danger: str
    accent: str
    on_accent: str
    stop: str
    on_stop: str
    focus: str
    voltage: str
    current: str
    beside: str
    fit: str
    spectra: tuple[str, ...]

    def tone(self, tone: Tone) -> str:
        """The colour of a text of this tone."""
        return self.text if tone == "plain" else str(getattr(self, tone))


LIGHT: Final = Theme(
    name="light",
    window="#eef1f5",
    panel="#ffffff",
    raised="#f6f8fa",
    border="#cfd6df",
    text="#18212b",
    muted="#525f6e",
    good="#00664b",
    warning="#855000",
    danger="#b3261e",
    accent="#0a5da8",
    on_accent="#ffffff",
    stop="#c62828",
    on_stop="#ffffff",
    focus="#0072b2",
    voltage="#0072b2",
    current="#d55e00",
    beside="#007a5a",
    fit="#18212b",
    spectra=("#0072b2", "#d55e00", "#007a5a", "#a8467f", "#8a6d00"),
)

DARK: Final = Theme(
    name="dark",
    window="#12161b",
    panel="#1b2128",
    raised="#232b34",
    border="#3b4652",
    text="#e8ecf1",
    muted="#a9b4c0",
    good="#4fd1a5",
    warning="#f0b549",
    danger="#ff8f85",
    accent="#6cb8f5",
    on_accent="#0d1722",
    stop="#c62828",
    on_stop="#ffffff",
    focus="#56b4e9",
    voltage="#56b4e9",
    current="#e69f00",
    beside="#1fc79b",
    fit="#e8ecf1",
    spectra=("#56b4e9", "#e69f00", "#1fc79b", "#cc79a7", "#f0e442"),
)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def mixed(first: str, second: str, share: float) -> str:
    """A colour with a share of another in it, 0 to 1.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(_parts(first), _parts(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _parts(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _luminance(colour: str) -> float:
    channels = [part / 255 for part in _parts(colour)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
