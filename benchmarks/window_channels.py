"""What the dashboard costs the thread of the window: all tiles change at every refresh.

    QT_QPA_PLATFORM=offscreen python benchmarks/window_channels.py [--channels 64] [--refreshes 60]

Glances of a test under way are shown in a window of 1600 x 820 pixels; voltage, time and the newest
point of the curve of each differ from one refresh to the next, as at two looks a second. CPU time
of the window's thread (``time.thread_time``) from the new glances to the painted picture: median
and worst, and the least of all, which is what a machine without neighbours needs.
"""

import argparse
import math
import statistics
import time

from PySide6.QtWidgets import QApplication
from solidcell.acquisition.glances.glance import Glance
from solidcell.acquisition.glances.voltage_history import STRETCHES, Point
from solidcell.acquisition.runs import RunStateName
from solidcell.gui.dashboard.page import DashboardPage
from solidcell.gui.qt_theme import apply_theme
from solidcell.gui.theme import LIGHT

BEGIN_S = 40_000.0
LOOK_S = 0.5


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--channels", type=int, default=64)
    asked.add_argument("--refreshes", type=int, default=60)
    options = asked.parse_args()
    application = QApplication([])
    apply_theme(application, LIGHT)
    page = DashboardPage()
    page.set_theme(LIGHT)
    page.resize(1600, 820)
    page.show()
    spent_ms = []
    for number in range(options.refreshes + 5):
        glances = [glance(channel, number) for channel in range(options.channels)]
        began_s = time.thread_time()
        page.show_glances(glances)
        application.processEvents()
        spent_ms.append(1e3 * (time.thread_time() - began_s))
    told = sorted(spent_ms[5:])  # the first are laid out
    visible = sum(page.view.visualRect(page.model.index(n, 0)).bottom() < 780 for n in range(64))
    print(f"{options.channels} tiles, {min(visible, options.channels)} of them in view")
    print(f"a refresh: median {statistics.median(told):.1f} ms, worst {told[-1]:.1f}, ", end="")
    print(f"least {told[0]:.1f}; {0.2 * statistics.median(told):.1f} % of a core at 2 a second")


def glance(channel: int, number: int) -> Glance:
    elapsed_s = BEGIN_S + LOOK_S * number
    history = [
        Point(BEGIN_S * n / (2 * STRETCHES), 0.1 * math.sin(n / 7 + channel))
        for n in range(2 * STRETCHES)
    ]
    voltage_v = history[-1].voltage_v + 1e-4 * (number % 7)
    return Glance(
        channel=f"{'ABCDEFGH'[channel // 8 % 8]}{channel % 8 + 1}",
        run_id=f"2026-01-01T120000_{channel}_pellet",
        cell=f"LPSCl-{channel}",
        state=RunStateName.RUNNING,
        segment="step +0.6 mA/cm²",
        step="step 3 of 15",
        voltage_v=voltage_v,
        current_a=4.71e-5,
        electrode_area_m2=7.85e-5,
        elapsed_s=elapsed_s,
        remaining_s=30_000.0 - LOOK_S * number,
        stale_s=0.1,
        history=(*history, Point(elapsed_s, voltage_v)),
    )


if __name__ == "__main__":
    main()
