"""The menu of the analysis page: everything it does can be done by keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..menus import Entry

if TYPE_CHECKING:
    from .page import AnalysisPage


def menu_entries(page: Callable[[], AnalysisPage]) -> tuple[Entry, ...]:
    """Text, tip, keys and deed of every entry; undo and redo come first."""
    return (*_edits(page), *_fits(page), *_circuit(page), *_list(page), *_files(page))


def _edits(page: Callable[[], AnalysisPage]) -> tuple[Entry, ...]:
    return (
        ("&Undo", "Take the last edit back", "Ctrl+Z", lambda: page().control.undo()),
        ("&Redo", "Do it again", "Ctrl+Y", lambda: page().control.redo()),
    )


def _fits(page: Callable[[], AnalysisPage]) -> tuple[Entry, ...]:
    return (
        ("F&it", "Fit the spectrum in view", "F5", lambda: page().fits.fit()),
        (
            "Fit all, &warm",
            "With this circuit, each from its neighbour's result",
            "Shift+F5",
            lambda: page().fits.fit_all(),
        ),
        ("Ca&ncel the fits", "What is done stays", "Ctrl+K", lambda: page().fits.cancel()),
        (
            "Result as s&tart",
            "Begin the next fit with the fitted values",
            "Ctrl+U",
            lambda: page().control.use_result_as_start(),
        ),
    )


def _circuit(page: Callable[[], AnalysisPage]) -> tuple[Entry, ...]:
    return (
        (
            "&Choose circuit",
            "Let the data choose, and fit",
            "Ctrl+I",
            lambda: page().fits.choose_circuit(),
        ),
        (
            "Choose a&ll circuits",
            "Let the data choose for every spectrum",
            "Ctrl+Shift+I",
            lambda: page().fits.choose_all(),
        ),
        (
            "Circuit for all",
            "Copy circuit, locks, bounds and ties to every spectrum",
            "Ctrl+Shift+U",
            lambda: page().control.copy_to_all(),
        ),
        ("&Edit the circuit", "Cursor into its text", "Ctrl+L", lambda: page().circuit.edit_text()),
        ("Add an &arc", "One more p(R,CPE)", "Ctrl++", lambda: page().circuit.add_arc()),
        ("Re&move the element", "The picked one", "Ctrl+-", lambda: page().circuit.remove()),
    )


def _list(page: Callable[[], AnalysisPage]) -> tuple[Entry, ...]:
    return (
        ("Worst first", "Sort by misfit", "Ctrl+B", lambda: page().spectra.sort_worst_first()),
        ("Next spectrum", "The one below", "Ctrl+Down", lambda: page().spectra.step(1)),
        ("Previous spectrum", "The one above", "Ctrl+Up", lambda: page().spectra.step(-1)),
    )


def _files(page: Callable[[], AnalysisPage]) -> tuple[Entry, ...]:
    return (
        (
            "&Open files …",
            "Spectra, run files or a project",
            "Ctrl+O",
            lambda: page().asking.open_files(),
        ),
        (
            "Open &folder …",
            "Every spectrum below it",
            "Ctrl+Shift+O",
            lambda: page().asking.open_folder(),
        ),
        ("&Save", "Save the analysis", "Ctrl+S", lambda: page().asking.save()),
        ("Save as …", "Under another name", "Ctrl+Shift+S", lambda: page().asking.save_as()),
        ("Ex&port table …", "As CSV", "Ctrl+T", lambda: page().asking.export_table()),
        (
            "Export fi&gure …",
            "The spectrum in view as PDF, SVG or PNG",
            "Ctrl+G",
            lambda: page().asking.export_figure(),
        ),
    )
