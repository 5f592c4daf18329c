"""Who was told that a run pauses may rely on it, even if its worker dies in the next moment."""

import pytest
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.recovery.recorded import read_plan
from support.runs import header

PAUSE = {"id": "1", "kind": "pause", "who": "ada", "accepted": True, "detail": ""}
PAUSED = {"segment": 0, "mode": "open", "by": "ada", "output": "off"}
RESUMED = {"segment": 0, "by": "ada", "paused_s": 9.0}


@pytest.mark.parametrize(
    ("told", "is_paused"),
    [
        ([("command", PAUSE)], True),
        ([("command", {**PAUSE, "accepted": False})], False),
        ([("command", PAUSE), ("paused", PAUSED)], True),
        ([("command", PAUSE), ("paused", PAUSED), ("resumed", RESUMED)], False),
        ([("command", PAUSE), ("paused", PAUSED), ("resumed", RESUMED), ("command", PAUSE)], True),
    ],
)
def test_a_run_that_was_to_pause_when_its_worker_died_is_paused(tmp_path, told, is_paused):
    path = tmp_path / "a.run.sqlite"
    with RunWriter.create(path, header()) as writer:
        writer.segment(0.0, "Rest", "rest", {"duration_s": 60.0}, {})
        for kind, body in told:
            writer.event(1.0, kind, body)
    with RunReader(path) as run:
        assert read_plan(run).is_paused is is_paused
