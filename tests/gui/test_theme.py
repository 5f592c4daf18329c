"""Everybody must be able to read the window, by day and by night."""

import re
from pathlib import Path

import pytest
import solidcell.gui
from solidcell.gui.theme import DARK, LIGHT, contrast

THEMES = [LIGHT, DARK]
GROUNDS = ("window", "panel", "raised")
TEXTS = ("text", "muted", "good", "warning", "danger", "accent")


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_stands_out_from_every_ground(theme, ground, text):
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_texts_on_colours_stand_out(theme):
    assert contrast(theme.on_stop, theme.stop) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_curves_stand_out_from_the_panel(theme):
    curves = (theme.voltage, theme.current, theme.fit, *theme.spectra)
    assert len(set(theme.spectra)) == 5
    assert min(contrast(curve, theme.panel) for curve in curves) >= 3.0


def test_contrast_is_that_of_the_standard():
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1.0


def test_no_view_has_a_colour_of_its_own():
    sources = sorted(Path(str(solidcell.gui.__file__)).parent.glob("*.py"))
    assert len(sources) > 10
    for source in sources:
        if source.name != "theme.py":
            text = source.read_text(encoding="utf-8")
            assert not re.findall(r"#[0-9a-fA-F]{6}\b|Qt\.GlobalColor", text), source.name
