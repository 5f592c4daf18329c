"""A check box that is seen on every ground."""

import pytest
from PySide6.QtCore import Qt
from solidcell.gui.qt_theme import palette_of
from solidcell.gui.theme import DARK, LIGHT, contrast
from solidcell.gui.tick import TickBox


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_frame_and_tick_stand_out_from_the_ground_of_either_theme(qtbot, theme):
    box = TickBox()
    qtbot.addWidget(box)
    box.setPalette(palette_of(theme))
    box.setAutoFillBackground(True)
    box.resize(24, 24)

    def painted():
        image = box.grab().toImage()
        colours = [image.pixelColor(x, y).name() for x in range(20) for y in range(24)]
        return [one for one in colours if contrast(one, theme.window) > 4.5]

    frame = len(painted())
    box.setChecked(True)
    assert frame > 20
    assert len(painted()) > frame + 5


def test_a_click_ticks_it(qtbot):
    box = TickBox()
    qtbot.addWidget(box)
    box.show()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert box.isChecked()
