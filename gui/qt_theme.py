"""A theme's numbers as a Qt palette and a style sheet, the same on every platform."""

from typing import Final

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from .theme import Theme

_TONES: Final = ("good", "warning", "danger", "accent", "muted")


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Dress the whole program."""
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(palette_of(theme))
    application.setStyleSheet(style_sheet(theme))


def palette_of(theme: Theme) -> QPalette:
    """The theme as a palette of Qt's Fusion style."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.Mid: theme.border,
        role.Dark: theme.border,
    }
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return palette


def style_sheet(theme: Theme) -> str:
    """What a palette cannot say: cards, pills, headings and the emergency stop."""
    tones = "\n".join(f'QLabel[tone="{tone}"] {{ color: {theme.tone(tone)}; }}' for tone in _TONES)
    pills = "\n".join(
        f'QLabel[kind="pill"][tone="{tone}"] {{ border-color: {theme.tone(tone)}; }}'
        for tone in _TONES
    )
    return f"""
QFrame[kind="card"], QFrame[kind="bar"] {{
    background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 7px; }}
QLabel {{ background: transparent; }}
QLabel[kind="heading"] {{ color: {theme.muted}; font-weight: 600; }}
QLabel[kind="muted"] {{ color: {theme.muted}; }}
QLabel[kind="value"] {{ font-weight: 600; }}
QLabel[kind="headline"] {{ font-size: 17px; font-weight: 700; }}
QLabel[kind="pill"] {{
    border: 1px solid {theme.border}; border-radius: 11px; padding: 3px 12px;
    font-weight: 700; background: {theme.raised}; }}
{tones}
{pills}
QFrame[kind="banner"] {{
    background: {theme.raised}; border: 1px solid {theme.border}; border-radius: 7px; }}
QFrame[kind="banner"][tone="danger"] {{ border: 1px solid {theme.danger}; }}
QFrame[kind="banner"][tone="warning"] {{ border: 1px solid {theme.warning}; }}
QPushButton, QToolButton {{
    background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.border};
    border-radius: 5px; padding: 5px 14px; }}
QToolButton {{ padding: 3px 8px; }}
QToolButton[popupMode="2"] {{ padding-right: 20px; }}
QToolButton::menu-indicator {{ subcontrol-position: right center; right: 5px; }}
QPushButton:hover, QToolButton:hover {{ border-color: {theme.accent}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {theme.muted}; background: {theme.window}; }}
QPushButton:focus, QToolButton:focus, QTableView:focus {{
    border: 2px solid {theme.focus}; }}
QPushButton[kind="primary"]:enabled {{
    background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent};
    font-weight: 700; }}
QPushButton[kind="stop"] {{
    background: {theme.stop}; color: {theme.on_stop}; border: 2px solid {theme.stop};
    border-radius: 7px; font-weight: 800; font-size: 13px; padding: 6px 16px; }}
QPushButton[kind="stop"][size="large"] {{ font-size: 24px; }}
QPushButton[kind="stop"]:hover, QPushButton[kind="stop"]:focus {{
    border: 2px solid {theme.text}; }}
QLineEdit {{
    background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.border};
    border-radius: 5px; padding: 0 6px; selection-background-color: {theme.accent};
    selection-color: {theme.on_accent}; }}
QLineEdit:focus {{ border: 2px solid {theme.focus}; padding: 0 5px; }}
QLineEdit:disabled {{ color: {theme.muted}; background: {theme.window}; }}
QTableView QLineEdit {{ border-radius: 0; padding: 0 2px; }}
QProgressBar {{
    background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.border};
    border-radius: 5px; text-align: center; min-height: 20px; }}
QProgressBar::chunk {{ background: {theme.accent}; border-radius: 4px; }}
QTableView {{
    background: {theme.panel}; alternate-background-color: {theme.raised};
    border: 1px solid {theme.border}; border-radius: 5px; gridline-color: {theme.border};
    selection-background-color: {theme.accent}; selection-color: {theme.on_accent}; }}
QListView[kind="tiles"] {{ background: transparent; border: none; }}
QHeaderView {{ background: {theme.panel}; border: none; }}
QHeaderView::section {{
    background: {theme.panel}; color: {theme.muted}; border: none;
    border-bottom: 1px solid {theme.border}; padding: 0 4px; font-weight: 600; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QTabWidget::pane {{ border: none; }}
QTabBar::tab {{
    color: {theme.muted}; background: transparent; padding: 7px 18px; border: none;
    border-bottom: 3px solid transparent; font-weight: 600; }}
QTabBar::tab:selected {{ color: {theme.text}; border-bottom: 3px solid {theme.accent}; }}
QTabBar::tab:focus {{ color: {theme.accent}; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {theme.border}; border-radius: 4px; margin: 1px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {theme.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}
QStatusBar {{ background: {theme.panel}; border-top: 1px solid {theme.border}; }}
QStatusBar::item {{ border: none; }}
QMenuBar {{ background: {theme.window}; }}
QToolTip {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.border}; }}
"""
