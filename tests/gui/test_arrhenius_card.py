"""Spectra over temperature give their activation energies in the window, or say why they do not."""

from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from solidcell.gui.arrhenius import ArrheniusEvidence, ArrheniusLine, gather_arrhenius
from solidcell.gui.arrhenius_card import ArrheniusCard
from solidcell.gui.opened_run import open_run
from solidcell.gui.series_fitting import SeriesFitting
from solidcell.gui.theme import DARK, LIGHT
from support.temperature_run import BULK_EV, INTERFACE_EV, TEMPERATURES_C, write_series

LINE = ArrheniusLine("bulk", *(np.array([3.2, 3.6, 4.0]) * k for k in (1, -1, 1, -1)))
FOUND = ArrheniusEvidence(rows=(("bulk", "Ea 0.300 eV"),), lines=(LINE,), remarks=("so so",))


class Later:
    """Work waits until it is let go on, as that of a slow thread does."""

    def __init__(self) -> None:
        self.waiting = []

    def run(self, work, done, failed) -> None:
        self.waiting.append((work, done, failed))

    def go_on(self) -> None:
        work, done, failed = self.waiting.pop(0)
        try:
            answer = work()
        except ValueError as error:
            failed(error)
        else:
            done(answer)


class Bench:
    """A card, what has it fitted, and of which runs that was asked."""

    def __init__(self, card: ArrheniusCard, answer: ArrheniusEvidence | ValueError) -> None:
        self.card, self.later, self.fitted = card, Later(), []
        self._answer = answer
        self.fitting = SeriesFitting(self.later, card, self._gather)

    def look(self, run_file: Path) -> None:
        self.fitting.look(open_run(run_file).run, run_file)

    def _gather(self, run_file: Path) -> ArrheniusEvidence:
        self.fitted.append(run_file.name)
        if isinstance(self._answer, ValueError):
            raise self._answer
        return self._answer


@pytest.fixture
def card(qtbot):
    card = ArrheniusCard()
    card.set_theme(LIGHT)
    qtbot.addWidget(card)
    return card


@pytest.fixture
def bench(card):
    return Bench(card, FOUND)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Runs of three temperatures, ended and going on, and one of two."""
    folder = tmp_path_factory.mktemp("series")
    write_series(folder / "ended")
    write_series(folder / "going", ends=False)
    write_series(folder / "short", TEMPERATURES_C[:2])
    return folder


@pytest.mark.slow
def test_the_energies_told_are_those_of_the_cell_and_the_lines_go_through_the_points(folder):
    evidence = gather_arrhenius(folder / "ended")
    told = dict(evidence.rows)
    for name, truth_ev in (("bulk + GB", BULK_EV), ("interface", INTERFACE_EV)):
        found_ev = float(told[name].removeprefix("Ea ").split(" ±")[0])
        assert found_ev == pytest.approx(truth_ev, abs=2e-3)
    (line,) = evidence.lines  # the interface's conductance is no conductivity
    order = np.argsort(line.line_x)
    on_line = np.interp(line.x, line.line_x[order], line.line_y[order])
    assert on_line == pytest.approx(line.y, abs=0.01)


def test_a_run_of_two_temperatures_is_refused_in_words(folder):
    evidence = gather_arrhenius(folder / "short")
    assert (evidence.rows, evidence.lines) == ((), ())
    assert "needs 3" in evidence.remarks[0]


def test_a_series_that_goes_on_is_offered_and_fitted_only_when_asked(bench, folder):
    bench.look(folder / "going")
    assert "3 temperatures" in bench.card.words.text()
    assert bench.later.waiting == []
    bench.card.fit_button.click()
    assert "fitting" in bench.card.words.text()
    assert not bench.card.fit_button.isEnabled()
    bench.later.go_on()
    assert bench.card.facts.texts() == {"bulk": "Ea 0.300 eV"}
    assert bench.card.fit_button.isEnabled()


def test_a_series_that_has_ended_is_fitted_once_without_being_asked(bench, folder):
    for _ in range(3):
        bench.look(folder / "ended")
    bench.later.go_on()
    bench.look(folder / "ended")
    assert bench.fitted == ["ended"]
    assert bench.later.waiting == []


def test_a_run_that_is_no_series_shows_no_card(bench, folder):
    bench.look(folder / "short")
    assert bench.card.isHidden()


def test_a_fit_that_comes_late_is_not_shown_for_another_run(bench, folder):
    bench.look(folder / "ended")
    bench.card.show_nothing()
    bench.look(folder / "going")
    bench.later.go_on()
    assert bench.card.facts.texts() == {}
    assert "3 temperatures" in bench.card.words.text()


def test_a_run_that_ends_while_it_is_fitted_is_fitted_again(bench, folder):
    run_file = folder / "going"
    bench.look(run_file)
    bench.card.fit_button.click()
    bench.fitting.look(open_run(folder / "ended").run, run_file)  # the same run, ended by now
    bench.later.go_on()
    bench.later.go_on()
    assert bench.fitted == ["going", "going"]


def test_what_goes_wrong_is_told_and_may_be_tried_again(card, qtbot, folder):
    bench = Bench(card, ValueError("the file is damaged"))
    with qtbot.waitSignal(bench.fitting.trouble):
        bench.look(folder / "ended")
        bench.later.go_on()
    assert "the file is damaged" in card.words.text()
    assert card.fit_button.isEnabled()


def test_each_line_is_drawn_with_its_points_in_the_colours_of_the_theme(card):
    card.show_evidence(FOUND)
    for theme in (LIGHT, DARK):
        card.set_theme(theme)
        items = card.plot.getPlotItem().curves
        (curve,) = (item for item in items if isinstance(item, pg.PlotCurveItem))
        assert curve.opts["pen"].color().name() == theme.spectra[0]
        assert curve.getData()[1].tolist() == LINE.line_y.tolist()
