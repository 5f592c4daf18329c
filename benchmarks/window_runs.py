"""Whether ten thousand runs freeze the window that lists them.

    QT_QPA_PLATFORM=offscreen python benchmarks/window_runs.py [--runs 10000]

A data folder with so many runs and their catalogue, in the window's list of runs. CPU time of the
window's thread (``time.thread_time``) to take and draw what the looking thread found, and of the
longest single turn of its event loop meanwhile; then of a sort by a click, and of one live
refresh. ``looking`` is what the thread beside it spends on the same search; nobody waits for that.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from catalogue import fill
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from solidcell.gui.runs.shelf import Listing, Shelf
from solidcell.gui.runs.wording import wanted_by
from solidcell.gui.runs_panel import RunsPanel

SEARCHES = ("", "electrolyte:LLZO", "state:completed batch", "cell:LPSCl-12*")
PATIENCE_S = 120.0


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=10_000)
    options = asked.parse_args()
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        fill(data, options.runs)
        looking(data)
        panel = RunsPanel(data)
        panel.resize(420, 900)
        panel.show()
        try:
            typing(application, panel)
            clicking(application, panel)
        finally:
            panel.leave()


def looking(data: Path) -> None:
    shelf = Shelf(data, sys.stderr.write, lambda _: None)
    shelf.look(wanted_by(""))
    for text in SEARCHES:
        spent_ms, found = cpu_ms(lambda text=text: shelf.look(wanted_by(text), is_fresh=True))
        count = len(found.runs) if isinstance(found, Listing) else 0
        print(f"looking   {text or 'all':24} {spent_ms:8.1f} ms   {count} runs")
    spent_ms, _ = cpu_ms(lambda: shelf.look(wanted_by("cell:?")))
    print(f"looking   {'anything new?':24} {spent_ms:8.1f} ms")
    shelf.close()


def typing(application: QApplication, panel: RunsPanel) -> None:
    for text in ("batch 7", *SEARCHES[1:], ""):
        answers: list[object] = []
        heard = panel._lister.listed.connect(answers.append)
        panel.search.setText(text)
        turns = [cpu_ms(application.processEvents)[0]]
        began_s = time.monotonic()
        while not answers and time.monotonic() - began_s < PATIENCE_S:
            turns.append(cpu_ms(application.processEvents)[0])
            time.sleep(0.001)
        turns.append(cpu_ms(application.processEvents)[0])
        panel._lister.listed.disconnect(heard)
        print(
            f"window    {text or 'all':24} {sum(turns):8.1f} ms   "
            f"longest turn {max(turns):.1f} ms, {len(panel.model.rows)} rows"
        )


def clicking(application: QApplication, panel: RunsPanel) -> None:
    def sort(column: int) -> None:
        panel.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
        application.processEvents()

    for column, name in ((1, "cell"), (3, "begun")):
        print(
            f"window    sort by {name:16} {cpu_ms(lambda column=column: sort(column))[0]:8.1f} ms"
        )
    print(f"window    live refresh{'':12} {cpu_ms(lambda: panel.show_live([]))[0]:8.1f} ms")


def cpu_ms(work: Callable[[], object]) -> tuple[float, object]:
    began_s = time.thread_time()
    answer = work()
    return 1e3 * (time.thread_time() - began_s), answer


if __name__ == "__main__":
    main()
