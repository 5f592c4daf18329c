"""What follows a run: people are told of it, and of one that never began with nobody there."""

import threading

import pytest
from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.notify.ledger import read_told
from solidcell.acquisition.notify.settings import NewsKind, Notify
from solidcell.acquisition.queue.claim import accept, offer
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.supervision.exit_codes import ENDED_UNCLEAN, NEVER_BEGAN
from solidcell.cli.after_run import after_run
from support.mail_server import served_post
from support.news import email_at
from support.written_runs import write_run


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run-7")
    folder.path.mkdir()
    job = {"run_id": "run-7", "channel": "A1", "protocol": "p", "bench": "b", "cell": "c"}
    write_json(folder.job_file, {**job, "operator": "ada", "options": {}})
    return folder


def told_after(folder, code):
    with served_post() as post:
        after_run(folder, code, Notify(email=email_at(post.port)))
        for thread in threading.enumerate():
            if thread.name == "tell":
                thread.join()
    return [told.kind for told in read_told(folder)]


def test_the_end_of_a_run_is_told(folder):
    write_run(folder.run_file, run_id="run-7", end="failed")
    assert told_after(folder, ENDED_UNCLEAN) == [NewsKind.FAILED]


def test_whoever_starts_a_run_that_does_not_begin_is_there_and_needs_no_mail(folder):
    write_json(folder.failure_file, {"error": "no answer"})
    assert told_after(folder, NEVER_BEGAN) == []


def test_a_run_of_a_queue_that_never_began_is_told(folder):
    offer(folder)
    assert accept(folder)
    write_json(folder.failure_file, {"error": "no answer"})
    assert told_after(folder, NEVER_BEGAN) == [NewsKind.NEVER_BEGAN]
