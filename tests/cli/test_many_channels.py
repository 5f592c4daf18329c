"""Queues and common starts from the command line: what a person reads and gets back."""

from pathlib import Path

import pytest
from solidcell.acquisition.queue.commands import hold
from solidcell.acquisition.queue.place import queue_of
from solidcell.acquisition.session import enqueue, queues
from solidcell.cli.queue import Action, queue
from solidcell.cli.run import run, stop
from support.command_line import run_here
from support.settings_files import SMALL_BENCH, SMALL_CCD, SMALL_CELL, written


@pytest.fixture
def files(tmp_path):
    bench = SMALL_BENCH.replace("127.0.0.1:5025", "127.0.0.1:9")  # where nothing answers
    return {
        "protocol": written(tmp_path, "ccd.yaml", SMALL_CCD),
        "bench": written(tmp_path, "bench.toml", bench),
        "channel": "A1",
        "cell": written(tmp_path, "pellet-7.yaml", SMALL_CELL),
    }


@pytest.fixture
def data(tmp_path, files):
    """A data folder with two jobs in a queue that a person holds."""
    folder = tmp_path / "runs"
    hold(queue_of(folder, files["bench"], "A1"), "glove box opened", "ben")
    for _ in range(2):
        enqueue(**files, data_dir=folder, operator="ada")
    return folder


@pytest.mark.slow
def test_a_job_whose_instrument_does_not_answer_waits_in_a_held_queue(files, tmp_path):
    options = [f"--{name}={value}" for name, value in files.items() if name != "protocol"]
    said = run_here("queue", "add", files["protocol"], *options, data=tmp_path / "runs")
    assert said.returncode == 1
    assert said.stdout == "A1-1 waits at place 1.\n"
    assert "127.0.0.1:9" in said.stderr
    assert "`solidcell queue release A1` lets it go on" in said.stderr
    (found,) = queues(tmp_path / "runs")
    assert "127.0.0.1:9" in found.held.reason
    assert [(job.id, job.place) for job in found.jobs] == [("A1-1", 1)]


def test_a_queue_is_shown_with_its_order_and_why_it_is_held(data, capsys):
    assert queue(data=data) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.startswith("A1  (")
    assert "held by ben: glove box opened" in heading
    assert [line.split()[:2] for line in lines] == [["1", "A1-1"], ["2", "A1-2"]]
    assert "ccd.yaml on pellet-7.yaml, for ada" in lines[0]


def test_what_waits_is_moved_and_removed_by_its_name(data, capsys):
    queue(Action.MOVE, "A1-2", to=1, data=data)
    assert [job.id for job in queues(data)[0].jobs] == ["A1-2", "A1-1"]
    queue(Action.REMOVE, "A1-2", data=data)
    assert [job.id for job in queues(data)[0].jobs] == ["A1-1"]
    said = capsys.readouterr().out
    assert "A1-2 waits at place 1." in said
    assert "A1-2 (ccd.yaml on pellet-7.yaml) is removed." in said


def test_holding_a_queue_keeps_the_reasons_that_were_there(data):
    queue(Action.HOLD, "A1", reason="no argon", data=data)
    assert queues(data)[0].held.reason.startswith("held by ben: glove box opened; held by ")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (lambda: queue(Action.ADD), "needs PROTOCOL and --bench and --channel and --cell"),
        (lambda: queue(Action.MOVE, "A1-1"), "needs --to"),
        (lambda: queue(Action.RELEASE), "needs CHANNEL"),
        (lambda: run(Path("ccd.yaml")), "needs --bench and --channel and --cell, or --batch"),
        (lambda: run(Path("ccd.yaml"), batch=Path("b.yaml")), "--batch names everything"),
        (stop, "needs the name of one run, or --all"),
        (lambda: stop("run-1", everything=True), "needs the name of one run, or --all"),
    ],
)
def test_what_is_missing_is_named(asked, expected):
    with pytest.raises(ValueError, match=expected):
        asked()


def test_as_many_cells_as_channels_are_asked_for(files):
    with pytest.raises(ValueError, match="2 channels and 1 cell: a cell sits on one channel"):
        run(
            files["protocol"],
            bench=files["bench"],
            channel=["A1", "A2"],
            cell=[files["cell"]],
        )


def test_a_common_start_tells_everything_that_is_wrong_and_makes_no_run(files, tmp_path):
    with pytest.raises(ValueError, match=r"B7: .*has no channel 'B7'"):
        run(
            files["protocol"],
            bench=files["bench"],
            channel=["A1", "B7"],
            cell=[files["cell"], files["cell"]],
            data=tmp_path / "runs",
        )
    assert not (tmp_path / "runs").exists()


def test_stopping_everything_holds_the_queues_and_is_no_error_where_nothing_runs(data, capsys):
    stop(everything=True, data=data)
    assert "0 runs asked" in capsys.readouterr().out
    assert "everything was stopped" in queues(data)[0].held.reason
