"""The parts of a tile that seldom change, drawn once and kept: frame, names, curve, trouble."""

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QPolygonF

from ...acquisition.glances.voltage_history import Point
from ..theme import Theme, Tone
from .tile_words import Key, Tile

Colours: TypeAlias = dict[str, QColor]
LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_RADIUS: Final = 7.0
_SPARE: Final = 3  # pixels to the right of the curve, for its last point


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes in pixels of a tile and where its rows stand: top and height of each.

    ``low`` and ``time`` are absent from a small tile; trouble then takes the place of the curve.
    """

    least_width: int
    height: int
    margin: int
    top: tuple[int, int]
    cell: tuple[int, int] | None
    numbers: tuple[int, int]
    curve: tuple[int, int]
    low: tuple[int, int] | None
    time: tuple[int, int] | None


LARGE: Final = Shape(
    least_width=236,
    height=148,
    margin=12,
    top=(8, 20),
    cell=(27, 20),
    numbers=(47, 26),
    curve=(76, 26),
    low=(102, 20),
    time=(121, 20),
)
SMALL: Final = Shape(
    least_width=184,
    height=72,
    margin=10,
    top=(5, 20),
    cell=None,
    numbers=(25, 20),
    curve=(47, 20),
    low=None,
    time=None,
)


class Fonts:
    """The fonts of a tile, and texts that were cut to a width."""

    def __init__(self, font: QFont) -> None:
        self.plain, self.bold = QFont(font), QFont(font)
        self.bold.setWeight(QFont.Weight.DemiBold)
        self.large = QFont(self.bold)
        self.large.setPointSizeF(font.pointSizeF() * 1.5)
        self.metrics = QFontMetrics(self.plain)
        self.bold_metrics = QFontMetrics(self.bold)


@dataclass(frozen=True, slots=True)
class Look:
    """How a tile is to look besides what is on it."""

    shape: Shape
    size: QSize
    is_selected: bool
    has_focus: bool
    pixel_ratio: float


class Faces:
    """The faces of all tiles as they were drawn last."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._kept: dict[Key, tuple[object, QPixmap]] = {}

    def forget(self) -> None:
        """Draw everything anew from now on."""
        self._kept.clear()

    def face(self, tile: Tile, look: Look, colours: Colours) -> QPixmap:
        """The face of a tile: drawn now if anything on it has changed."""
        box = curve_box(look)
        seen = (look, tile.state, tile.cell, tile.where, tile.worry, curve_of(tile, box))
        known = self._kept.get(tile.key)
        if known is not None and known[0] == seen:
            return known[1]
        drawn = QPixmap(look.size * look.pixel_ratio)
        drawn.setDevicePixelRatio(look.pixel_ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_frame(painter, tile, look, colours)
        self._draw_names(painter, tile, look, colours)
        self._draw_middle(painter, tile, look, colours)
        painter.end()
        self._kept[tile.key] = (seen, drawn)
        return drawn

    def _draw_names(self, painter: QPainter, tile: Tile, look: Look, colours: Colours) -> None:
        fonts, top = self._fonts, row_box(look, look.shape.top)
        state = f"{tile.state.icon} {tile.state.text}"
        _write(painter, top, state, fonts.bold, colours[tile.state.tone], RIGHT)
        _write(painter, top, tile.channel, fonts.bold, colours["text"])
        below = look.shape.cell
        if below is not None:
            box = row_box(look, below)
        else:  # between the name and the state, as far as there is room
            before = fonts.bold_metrics.horizontalAdvance(tile.channel) + 8
            box = top.adjusted(before, 0, -fonts.bold_metrics.horizontalAdvance(state) - 8, 0)
        _write(painter, box, self._cut(tile.cell, box), fonts.plain, colours["muted"])

    def _draw_middle(self, painter: QPainter, tile: Tile, look: Look, colours: Colours) -> None:
        low = look.shape.low
        if low is None and tile.worry:
            low = look.shape.curve
        else:
            tone = "voltage" if tile.can_stop else "muted"
            _draw_curve(painter, curve_box(look), tile.history, colours[tone])
        if low is not None:
            box = row_box(look, low)
            text, tone = (
                (f"⚠ {tile.worry}", tile.worry_tone) if tile.worry else (tile.where, "muted")
            )
            _write(painter, box, self._cut(text, box), self._fonts.plain, colours[tone])

    def _cut(self, text: str, box: QRect) -> str:
        return self._fonts.metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())


def colours_of(theme: Theme) -> Colours:
    """The colours that a tile needs, by tone and by name."""
    tones: tuple[Tone, ...] = ("plain", "muted", "good", "warning", "danger", "accent")
    named: dict[str, str] = {tone: theme.tone(tone) for tone in tones}
    for name in ("text", "panel", "raised", "border", "focus", "voltage", "current", "beside"):
        named[name] = getattr(theme, name)
    return {name: QColor(value) for name, value in named.items()}


def row_box(look: Look, row: tuple[int, int]) -> QRect:
    """Where a row stands on a tile."""
    margin = look.shape.margin
    return QRect(margin, row[0], look.size.width() - 2 * margin, row[1])


def curve_box(look: Look) -> QRect:
    """Where the curve stands on a tile."""
    return row_box(look, look.shape.curve).adjusted(0, 3, -_SPARE, -3)


def curve_of(tile: Tile, box: QRect) -> tuple[object, ...]:
    """Changes when the curve would be drawn half a pixel elsewhere.

    Between two looks only the newest stretch of a history changes, and the length of the run.
    """
    history = tile.history
    if len(history) < 2:
        return ()
    span_s = history[-1].elapsed_s - history[0].elapsed_s
    voltages_v = [point.voltage_v for point in history]
    lowest, highest = min(voltages_v), max(voltages_v)
    per_volt = 2 * box.height() / (highest - lowest) if highest > lowest else 0.0
    newest = [round((voltage_v - lowest) * per_volt) for voltage_v in voltages_v[-2:]]
    length = round(2 * box.width() * math.log(span_s)) if span_s > 0 else 0
    return (tile.can_stop, len(history), lowest, highest, length, *newest)


def _draw_frame(painter: QPainter, tile: Tile, look: Look, colours: Colours) -> None:
    is_marked = look.is_selected or look.has_focus
    edge = colours[tile.worry_tone] if tile.needs_attention else colours["border"]
    width = 2.0 if is_marked or tile.needs_attention else 1.0
    painter.setPen(QPen(colours["focus"] if is_marked else edge, width))
    painter.setBrush(colours["raised" if look.is_selected else "panel"])
    frame = QRectF(0, 0, look.size.width(), look.size.height())
    inset = width / 2
    painter.drawRoundedRect(frame.adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)
    if tile.needs_attention:  # told under the focus, too
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours[tile.worry_tone])
        painter.drawRect(QRectF(2, 9, 3, look.size.height() - 18))


def _draw_curve(painter: QPainter, box: QRect, history: tuple[Point, ...], colour: QColor) -> None:
    """Draw voltage over time from edge to edge, with the newest point marked."""
    if len(history) < 2:
        return
    begin, span = history[0].elapsed_s, history[-1].elapsed_s - history[0].elapsed_s or 1.0
    lowest = min(point.voltage_v for point in history)
    height = max(point.voltage_v for point in history) - lowest
    scale = (box.height() - 1) / height if height else 0.0
    bottom = box.bottom() if height else box.center().y()
    points = [
        QPointF(
            box.left() + (box.width() - 1) * (point.elapsed_s - begin) / span,
            bottom - (point.voltage_v - lowest) * scale,
        )
        for point in history
    ]
    painter.setPen(QPen(colour, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(points[-1], 2.5, 2.5)


def _write(
    painter: QPainter, box: QRect, text: str, font: QFont, colour: QColor, side: int = LEFT
) -> None:
    if text:
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(box, side, text)
