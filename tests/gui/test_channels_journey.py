"""From the tab with all channels to a run, to a new one, and to the emergency stop of all."""

import pytest
from PySide6.QtCore import Qt
from solidcell.acquisition.control.stop import StopFile, StopKind
from solidcell.gui.main_window import CHANNELS, PREPARE, RUN
from solidcell.gui.new_run import example_files
from support.going_runs import GoingRun

PATIENCE_MS = 20_000
EXAMPLES = {file.name: file for file in example_files()}


@pytest.mark.slow
def test_an_emergency_with_all_channels_in_view_is_meant_for_all_of_them(window, qtbot, data_dir):
    runs = [GoingRun(data_dir, channel) for channel in ("B1", "B2")]
    try:
        for run in runs:
            run.begin()
        window.tabs.setCurrentIndex(CHANNELS)
        qtbot.waitUntil(lambda: len(window.channels.running) == 2, timeout=PATIENCE_MS)
        qtbot.mouseClick(window.bar.emergency, Qt.MouseButton.LeftButton)
        for run in runs:
            assert StopFile(run.folder.stop_file).asked().kind is StopKind.EMERGENCY_STOP
    finally:
        for run in runs:
            run.close()


@pytest.mark.slow
def test_a_channel_is_opened_from_its_tile_and_prepared_where_nothing_ran(window, qtbot):
    window.bar.bench.pick(EXAMPLES["bench_simulated.toml"])
    tiles = window.channels.model
    qtbot.waitUntil(lambda: len(tiles.tiles) > 1, timeout=PATIENCE_MS)
    window.tabs.setCurrentIndex(CHANNELS)
    idle = next(n for n, tile in enumerate(tiles.tiles) if not tile.run_id)
    window.channels.view.setCurrentIndex(tiles.index(idle, 0))
    qtbot.keyClick(window.channels.view, Qt.Key.Key_Return)
    assert window.tabs.currentIndex() == PREPARE
    assert window.bar.channel.currentText() == tiles.tiles[idle].channel
    used = next(n for n, tile in enumerate(tiles.tiles) if tile.run_id)
    window.channels.view.setCurrentIndex(tiles.index(used, 0))
    qtbot.keyClick(window.channels.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.tabs.currentIndex() == RUN, timeout=PATIENCE_MS)
