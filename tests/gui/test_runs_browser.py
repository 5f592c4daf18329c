"""Finding one run among all: by words and fields, sorted, live, and by the catalogue."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from solidcell.acquisition.catalogue.listing import ListedRun
from solidcell.acquisition.catalogue.search import CataloguedRun
from solidcell.acquisition.glances.glance import Glance
from solidcell.acquisition.runs import RunState, RunStateName
from solidcell.gui.runs.model import BEGUN, CCD, CELL, CHANNEL, LASTED, STATE, RunsModel
from solidcell.gui.runs.wording import Wanted, quoted, wanted_by
from solidcell.gui.runs_panel import RunsPanel
from support.catalogued_runs import make_run, write_result
from support.going_runs import GoingRun

PATIENCE_MS = 20_000
TODAY = date(2026, 3, 15)


def listed(name="a", channel="A1", day=1, state=RunStateName.COMPLETED, **changes):
    run_file = Path(f"/runs/{name}/{name}.run.sqlite")
    created = datetime(2026, 1, day, 12, tzinfo=UTC)
    told = {"run_id": name, "channel": channel, "created_utc": created.isoformat(), "detail": ""}
    elapsed_s = changes.pop("elapsed_s", 60.0)
    known = {"elapsed_s": elapsed_s, "safe": True, **told}
    run = {
        "uuid": None,
        "bench": None,
        "path": f"{name}/{name}.run.sqlite",
        "operator": "ada",
        "created": created,
        "ended_as": state.value if state is not RunStateName.RUNNING else None,
        "is_readable": True,
        "cell": name,
        "electrolyte": "LPSCl",
        "protocol": "CCD",
        "readings": 3,
        "impedance_points": 1,
        "moved_charge_c": 3.6,
        "sealed": False,
        "passed_a_m2": None,
        "failed_a_m2": None,
        "failure": None,
        **changes,
    }
    return ListedRun(
        state=RunState(run_file=run_file, state=state, **known), run=CataloguedRun(**known, **run)
    )


def names(model):
    return [row.state.run_id for row in model.rows]


def test_words_and_fields_may_be_written_in_any_order():
    found = wanted_by('batch ccd:0.5..2 cell:"LPSCl 7" 3 channel:A* since:7d until:today', TODAY)
    search = found.search
    assert (search.cell, search.channel, search.words) == ("LPSCl 7", "A*", ("batch", "3"))
    assert search.since == datetime(2026, 3, 8).astimezone()
    assert search.before == datetime(2026, 3, 16).astimezone()
    assert (found.ccd_from, found.ccd_to) == (0.5, 2.0)


def test_states_may_be_shortened_or_named_together():
    assert wanted_by("state:fail").search.states == {RunStateName.FAILED}
    assert wanted_by("state:live state:limit-tripped").search.states == {
        RunStateName.RUNNING,
        RunStateName.PAUSED,
        RunStateName.RECOVERING,
        RunStateName.LIMIT_TRIPPED,
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("state:happy", "there is live, trouble, running"),
        ("since:yesterday", "write 2026-01-31, today, 7d"),
        ("ccd>much", "write ccd>1.2"),
        ("cell>7", "cell:7"),
    ],
)
def test_a_field_that_means_nothing_says_what_may_be_written(text, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        wanted_by(text)


@pytest.mark.parametrize("text", ["", "   ", "cell:", "state:", "ccd>"])
def test_a_field_that_is_still_being_typed_finds_everything(text):
    assert wanted_by(text) == Wanted()


def test_a_name_that_is_no_field_is_a_word():
    assert wanted_by("10:30 https://x").search.words == ("10:30", "https://x")


@pytest.mark.parametrize("value", ["LPSCl-7", "LPSCl 7"])
def test_a_field_that_was_picked_means_what_was_picked(value):
    assert wanted_by(quoted("cell", value)).search.cell == value


def test_runs_are_found_by_their_critical_current():
    runs = [
        listed("none"),
        listed("low", passed_a_m2=6.0, failed_a_m2=8.0),
        listed("high", passed_a_m2=14.0),
        listed("failed at once", failed_a_m2=2.0),
    ]

    def found(text):
        return [row.run.run_id for row in runs if wanted_by(text).holds(row.run)]

    assert found("ccd:any") == ["low", "high", "failed at once"]
    assert found("ccd>1") == ["high"]
    assert found("ccd<0.6") == ["low", "failed at once"]
    assert found("") == ["none", "low", "high", "failed at once"]


def test_the_table_behaves_as_qt_asks(qapp):
    model = RunsModel()
    tester = QAbstractItemModelTester(model)
    model.set_runs([listed("a"), listed("b", day=2)])
    model.sort(CELL)
    model.set_runs([listed("b", day=2)])
    model.set_runs([])
    del tester


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (STATE, ["c", "a", "b"]),
        (CELL, ["a", "b", "c"]),
        (CHANNEL, ["b", "c", "a"]),
        (BEGUN, ["c", "a", "b"]),
        (LASTED, ["b", "c", "a"]),
        (CCD, ["c", "b", "a"]),
    ],
)
def test_every_column_sorts_by_what_it_means_and_not_by_its_text(column, expected):
    model = RunsModel()
    model.set_runs(
        [
            listed("a", "A10", 2, RunStateName.COMPLETED, elapsed_s=90_000.0),
            listed("b", "A1", 3, RunStateName.FAILED, elapsed_s=9.0, passed_a_m2=14.0),
            listed("c", "A2", 1, RunStateName.RUNNING, elapsed_s=800.0, passed_a_m2=2.0),
        ]
    )
    model.sort(column)
    assert names(model) == expected


def test_runs_without_a_result_come_last_either_way():
    model = RunsModel()
    model.set_runs(
        [listed("none"), listed("low", passed_a_m2=1.0), listed("high", passed_a_m2=9.0)]
    )
    model.sort(CCD, Qt.SortOrder.DescendingOrder)
    assert names(model) == ["high", "low", "none"]
    model.sort(CCD, Qt.SortOrder.AscendingOrder)
    assert names(model) == ["low", "high", "none"]


def test_a_run_under_way_goes_on_in_the_list(qtbot):
    model = RunsModel()
    model.set_runs([listed("a"), listed("b", state=RunStateName.RUNNING)])
    going = Glance(
        channel="A1",
        run_file=Path("/runs/b/b.run.sqlite"),
        state=RunStateName.RUNNING,
        elapsed_s=3661.0,
    )
    assert not model.show_live([going])
    row = names(model).index("b")
    assert model.index(row, LASTED).data() == "01:01:01"
    assert model.show_live([replace(going, state=RunStateName.COMPLETED)])
    assert model.show_live([replace(going, run_file=Path("/runs/new/new.run.sqlite"))])


def test_the_tip_tells_the_result_and_how_the_run_ended():
    run = listed("a", passed_a_m2=12.0, failed_a_m2=14.0, failure="soft short")
    model = RunsModel()
    model.set_runs([run])
    tip = model.index(0, CELL).data(Qt.ItemDataRole.ToolTipRole)
    for told in ("Completed", "1.2 mA/cm² passed, 1.4 mA/cm² failed, soft short", "by ada"):
        assert told in tip


@pytest.fixture
def make_panel(qtbot, tmp_path):
    made = []

    def make():
        panel = RunsPanel(tmp_path)
        qtbot.addWidget(panel)
        made.append(panel)
        panel.show()
        return panel

    yield make
    for panel in made:
        panel.leave()


def shown(panel):
    return sorted(row.run.cell or row.state.run_id for row in panel.model.rows)


@pytest.mark.slow
def test_typing_finds_and_clearing_shows_all_again(make_panel, qtbot, tmp_path):
    for name, reason in (("one", "completed"), ("two", "failed")):
        make_run(tmp_path, name, cell={"name": f"cell {name}"}, reason=reason)
    write_result(tmp_path / "one" / "one.run.sqlite", 1.2)
    panel = make_panel()
    qtbot.waitUntil(lambda: shown(panel) == ["cell one", "cell two"], timeout=PATIENCE_MS)
    assert panel.count.text() == "2"
    qtbot.keyClicks(panel.search, "state:fail")
    qtbot.waitUntil(lambda: shown(panel) == ["cell two"], timeout=PATIENCE_MS)
    panel.search.setText("ccd>1")
    qtbot.waitUntil(lambda: shown(panel) == ["cell one"], timeout=PATIENCE_MS)
    panel.search.setText("state:nonsense")
    assert "there is live" in panel.problem.text()
    assert shown(panel) == ["cell one"]
    panel.search.setText("no such words anywhere")
    qtbot.waitUntil(lambda: "No run matches" in panel.nothing.text(), timeout=PATIENCE_MS)
    panel.search.clear()
    qtbot.waitUntil(lambda: len(panel.model.rows) == 2, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_a_field_picked_in_the_menu_is_written_and_takes_the_place_of_another(
    make_panel, qtbot, tmp_path
):
    for name in ("one", "two"):
        make_run(tmp_path, name, cell={"name": name}, channel=f"{name}-1")
    panel = make_panel()
    qtbot.waitUntil(lambda: len(panel.model.rows) == 2, timeout=PATIENCE_MS)
    entries = {
        inner.text(): inner
        for outer in panel.filter.menu().actions()
        for inner in outer.menu().actions()
    }
    entries["one"].trigger()
    assert panel.search.text() == "cell:one"
    entries["two"].trigger()
    entries["two-1"].trigger()
    assert panel.search.text() == "cell:two channel:two-1"
    qtbot.waitUntil(lambda: shown(panel) == ["two"], timeout=PATIENCE_MS)


@pytest.mark.slow
def test_a_new_run_appears_when_it_is_seen_and_its_end_is_shown(make_panel, qtbot, tmp_path):
    panel = make_panel()
    qtbot.waitUntil(lambda: "No run in this folder" in panel.nothing.text(), timeout=PATIENCE_MS)
    run = GoingRun(tmp_path, "A1")
    run.begin()
    seen = Glance(channel="A1", run_file=run.run_file, state=RunStateName.RUNNING, elapsed_s=5.0)
    panel.select(run.run_file)
    panel.show_live([seen])
    qtbot.waitUntil(lambda: len(panel.model.rows) == 1, timeout=PATIENCE_MS)
    assert panel.selected() == [run.run_file]
    run.end("failed")
    panel.show_live([replace(seen, state=RunStateName.FAILED)])
    qtbot.waitUntil(
        lambda: panel.model.rows[0].state.state is RunStateName.FAILED, timeout=PATIENCE_MS
    )


@pytest.mark.slow
def test_runs_that_are_picked_can_be_opened_analysed_and_named(make_panel, qtbot, tmp_path):
    files = [make_run(tmp_path, name) for name in ("one", "two")]
    panel = make_panel()
    qtbot.waitUntil(lambda: len(panel.model.rows) == 2, timeout=PATIENCE_MS)
    rows = QItemSelectionModel.SelectionFlag.Rows | QItemSelectionModel.SelectionFlag.Select
    for row in range(2):
        panel.table.selectionModel().select(panel.model.index(row, 0), rows)
    menu = panel.menu_of(panel.selected())
    (analyse,) = [a for a in menu.actions() if a.isEnabled()]
    with qtbot.waitSignal(panel.analyse_wanted) as told:
        analyse.trigger()
    assert sorted(told.args[0]) == sorted(files)
    menu.deleteLater()
    menu = panel.menu_of(files[:1])
    next(a for a in menu.actions() if "Copy" in a.text()).trigger()
    assert QGuiApplication.clipboard().text() == "one"
    menu.deleteLater()


@pytest.mark.slow
def test_a_catalogue_that_cannot_be_used_is_told_and_the_runs_are_listed_all_the_same(
    make_panel, qtbot, tmp_path
):
    make_run(tmp_path, "one")
    (tmp_path / "lab.sqlite").write_bytes(b"no catalogue" * 1000)
    panel = RunsPanel(tmp_path)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.noticed, timeout=PATIENCE_MS) as told:
        pass
    assert "every run file is read instead" in told.args[0]
    qtbot.waitUntil(lambda: len(panel.model.rows) == 1, timeout=PATIENCE_MS)
    panel.leave()
