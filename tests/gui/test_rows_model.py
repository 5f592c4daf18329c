"""Tables keep to Qt's rules and change no more than what changed."""

import pytest
from solidcell.gui.rows_model import Row, RowsModel


def rows(*names):
    return [Row(texts=(name, str(len(name))), key=name) for name in names]


@pytest.fixture
def model(qapp):
    return RowsModel(("name", "length"), numeric=(1,))


def test_the_model_obeys_the_rules_of_qt(model, qtmodeltester):
    model.set_rows(rows("a", "bb"))
    qtmodeltester.check(model)
    model.append(rows("ccc"))
    qtmodeltester.check(model)
    assert model.data(model.index(2, 1)) == "3"


def test_a_row_that_changes_is_told_alone(model, qtbot):
    model.set_rows(rows("a", "b", "c"))
    changed = [*rows("a"), Row(texts=("b", "new"), key="b"), *rows("c")]
    with qtbot.waitSignal(model.dataChanged) as told, qtbot.assertNotEmitted(model.modelReset):
        model.set_rows(changed)
    assert (told.args[0].row(), told.args[1].row()) == (1, 1)


def test_other_rows_replace_the_rows(model, qtbot):
    model.set_rows(rows("a"))
    with qtbot.waitSignal(model.modelReset):
        model.set_rows(rows("z"))
    assert model.data(model.index(0, 0)) == "z"
