"""The voltammogram as a paper would print it."""

from types import SimpleNamespace

import numpy as np
from solidcell.analysis.sheets.plot import Line, Mark, entries, in_legend
from solidcell.analysis.stability.window_plots import voltammogram_plot

POTENTIAL_V = np.linspace(2.0, 5.0, 50)


def sweep(direction, peak_ua_cm2):
    density = direction * peak_ua_cm2 * 1e-2 * np.exp(-((POTENTIAL_V - 4.0) ** 2))
    onset = SimpleNamespace(value=3.5) if direction > 0 else None
    return SimpleNamespace(
        sweep=SimpleNamespace(
            direction=direction, potential_v=POTENTIAL_V, current_density_a_m2=density
        ),
        baseline=SimpleNamespace(current_density_a_m2=np.zeros(50)),
        outward=direction > 0,
        by_threshold=SimpleNamespace(potential=onset),
    )


def cell(name, cycles, peak_ua_cm2=40.0):
    results = [sweep(direction, peak_ua_cm2) for _ in range(cycles) for direction in (1, -1)]
    return SimpleNamespace(name=name, electrode_type="composite", results=results)


def lines(panel):
    return [item for item in panel.items if isinstance(item, Line)]


def test_the_legend_tells_the_first_and_the_last_sweep_of_each_cell():
    upper, lower = voltammogram_plot([cell("a", 4), cell("b", 4)], 10.0).panels
    told = [in_legend(item) for item in lines(upper) if in_legend(item)]
    assert told == [
        "a, composite, first sweep",
        "a, composite, sweep 8",
        "b, composite, first sweep",
        "b, composite, sweep 8",
    ]
    assert entries(lower) <= entries(upper)


def test_sweeps_of_one_cell_are_one_colour_and_paler_one_after_the_other():
    upper, _ = voltammogram_plot([cell("a", 4)], 10.0).panels
    shades = [item.shade for item in lines(upper)]
    assert shades == sorted(set(shades))
    assert shades[0] == 0.0
    assert {item.colour for item in lines(upper)} == {0}


def test_an_onset_is_marked_once_a_side():
    _, lower = voltammogram_plot([cell("a", 4)], 10.0).panels
    marks = [item.name for item in lower.items if isinstance(item, Mark) and item.axis == "x"]
    assert marks == ["oxidation 3.50 V"]


def test_only_currents_far_beyond_the_threshold_are_cut_off():
    assert voltammogram_plot([cell("a", 1)], 10.0).panels[0].y.shown is None
    cut = voltammogram_plot([cell("a", 1, 4000.0)], 10.0).panels[0].y.shown
    assert cut == (-200.0, 200.0)
