"""The card of a critical current stands beside the runs that have such a test, and no others."""

import pytest
from solidcell.gui.inspector import Inspector
from support.runs import header

REST = {"segment": "rest", "duration_s": 600.0}


@pytest.mark.parametrize(
    ("protocol", "is_there"),
    [
        ({"protocol": "critical_current"}, True),
        ({"protocol": "sequence", "segments": [REST, {"segment": "critical_current"}]}, True),
        ({"protocol": "sequence", "segments": [REST, {"segment": "cycling"}]}, False),
        ({"protocol": "sequence"}, False),
    ],
)
def test_the_critical_current_has_its_card_in_a_test_and_in_a_sequence_with_one(
    qtbot, protocol, is_there
):
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.show_head(header(protocol=protocol))
    assert inspector.answer.isVisibleTo(inspector) is is_there
