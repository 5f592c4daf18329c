"""Everybody is told, once, with a few tries, and what came of it stands beside the run."""

import pytest
from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.notify.attempt import DeliveryError
from solidcell.acquisition.notify.delivery import Destination, Patience, deliver
from solidcell.acquisition.notify.ledger import NotYetError, read_told, tell, tell_again
from solidcell.acquisition.notify.run_news import news_of_run
from solidcell.acquisition.notify.settings import NewsKind, Notify
from solidcell.acquisition.processes import this_process
from solidcell.acquisition.record.last_words import LastWords, say_last_words
from solidcell.acquisition.run_folder import RunFolder
from solidcell.drivers.clock import JumpClock
from support.hook_server import served_hook
from support.mail_server import served_post
from support.news import email_at, news, webhook_at
from support.written_runs import write_run


class Person:
    """Somebody who is reached after as many failures as are given."""

    def __init__(self, name, *failures):
        self.name, self.failures, self.got = name, list(failures), []

    def destination(self):
        return Destination(name=self.name, on=frozenset(NewsKind), send=self._take)

    def _take(self, told, _):
        if self.failures:
            raise self.failures.pop(0)
        self.got.append(told)


def passing(retry_after_s=None):
    return DeliveryError("busy", is_passing=True, retry_after_s=retry_after_s)


def told_to(*people, patience=None):
    clock = JumpClock()
    everybody = [person.destination() for person in people]
    rounds = []
    outcomes = deliver(
        everybody, news(), clock, patience=patience or Patience(), note=rounds.append
    )
    assert rounds[-1] == outcomes
    return {each.destination: each for each in outcomes}, clock.now_s(), len(rounds)


def test_who_is_reached_at_once_gets_one_message_and_nothing_is_waited_for():
    ada = Person("ada")
    outcomes, took_s, rounds = told_to(ada)
    assert (outcomes["ada"].sent, outcomes["ada"].attempts, took_s, rounds) == (True, 1, 0.0, 1)
    assert ada.got == [news()]


def test_a_passing_trouble_is_tried_again_and_those_reached_are_left_alone():
    ada, bob = Person("ada"), Person("bob", passing(), passing())
    outcomes, took_s, _ = told_to(ada, bob)
    assert (outcomes["bob"].sent, outcomes["bob"].attempts) == (True, 3)
    assert took_s == 2.0 + 6.0
    assert len(ada.got) == len(bob.got) == 1


def test_a_refusal_for_good_is_not_repeated():
    outcomes, took_s, _ = told_to(Person("ada", DeliveryError("no such person"), passing()))
    assert (outcomes["ada"].sent, outcomes["ada"].attempts) == (False, 1)
    assert outcomes["ada"].detail == "no such person"
    assert took_s == 0.0


def test_it_ends_after_a_minute_or_so_whatever_happens():
    outcomes, took_s, rounds = told_to(Person("ada", *[passing()] * 99))
    assert (outcomes["ada"].sent, outcomes["ada"].attempts, rounds) == (False, 5, 5)
    assert 30.0 < took_s < 90.0


def test_a_hook_that_asks_for_more_time_gets_it():
    _, took_s, _ = told_to(Person("ada", passing(retry_after_s=17.0)))
    assert took_s == 17.0


def test_an_answer_that_drips_without_an_end_holds_up_nobody(tmp_path):
    short = Patience(pauses_s=(), operation_s=5.0, attempt_s=0.1)
    with served_hook() as hook, served_post() as post:
        hook.dawdle = True
        notify = Notify(webhook=webhook_at(tmp_path, hook.address), email=email_at(post.port))
        outcomes = tell(RunFolder(tmp_path), news(), notify, clock=JumpClock(), patience=short)
        assert {each.destination: each.sent for each in outcomes} == {
            "webhook": False,
            "ada@lab.org": True,
        }
        assert outcomes[0].detail == "no answer in time"
        assert len(post.mails) == 1


@pytest.fixture
def failed_run(tmp_path):
    folder = RunFolder(tmp_path / "run-7")
    write_run(folder.run_file, run_id="run-7", end="failed", cell={"name": "LPSCl-7"})
    return folder


def test_a_failed_recipient_is_seen_and_told_later_and_nobody_is_told_twice(failed_run):
    refuses = {"bob@lab.org": ["550 no such person"]}
    with served_post(refuses=refuses) as post, served_hook() as hook:
        notify = Notify(
            webhook=webhook_at(failed_run.path, hook.address),
            email=email_at(post.port, recipients=("ada@lab.org", "bob@lab.org")),
        )
        outcomes = tell(failed_run, news_of_run(failed_run), notify, clock=JumpClock())
        assert [each.sent for each in outcomes] == [True, True, False]
        (told,) = read_told(failed_run)
        assert (told.kind, told.all_sent) == (NewsKind.FAILED, False)
        assert "550 no such person" in told.outcomes[-1].detail

        again = tell_again(failed_run, notify)
        assert [(each.destination, each.sent) for each in again] == [("bob@lab.org", True)]
        assert tell_again(failed_run, notify) == ()
        (told,) = read_told(failed_run)
        assert told.all_sent
        assert sorted(mail.recipients[0] for mail in post.mails) == ["ada@lab.org", "bob@lab.org"]
        assert len(hook.posts) == 1


def test_what_stands_beside_the_run_holds_no_address_of_a_hook(failed_run):
    with served_hook() as hook:
        hook.answers = [404]
        notify = Notify(webhook=webhook_at(failed_run.path.parent, hook.address))
        tell(failed_run, news_of_run(failed_run), notify, clock=JumpClock())
    texts = [path.read_bytes() for path in failed_run.path.iterdir()]
    assert not any(b"s3cret" in text for text in texts)
    assert any(b"answered 404" in text for text in texts)


def test_nobody_is_told_again_by_hand_while_the_supervisor_tries(failed_run):
    write_json(failed_run.worker_file, {"supervisor": this_process().as_json(), "worker": None})
    with pytest.raises(NotYetError, match="still sees to it"):
        tell_again(failed_run, Notify())


def test_people_are_told_even_if_the_disk_takes_nothing_more(failed_run, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("solidcell.acquisition.notify.ledger.write_json", full)
    with served_post() as post:
        tell(failed_run, news_of_run(failed_run), Notify(email=email_at(post.port)))
    assert len(post.mails) == 1


def test_a_damaged_note_is_as_good_as_none(failed_run):
    note = failed_run.path / "notified.json"
    for text in ("", "[]", '{"told": [{}]}', '{"told": 3}', '{"told": [{"outcomes": 7}]}'):
        note.write_text(text, encoding="utf-8")
        assert read_told(failed_run) == ()


def test_the_news_of_a_run_is_what_its_record_says(failed_run):
    told = news_of_run(failed_run)
    assert (told.kind, told.cell, told.channel, told.safe) == (
        NewsKind.FAILED,
        "LPSCl-7",
        "A1",
        True,
    )
    assert (told.elapsed_s, told.operator, told.host) == (6.0, "ada", "bench")
    assert told.news_id == news_of_run(failed_run).news_id


def test_last_words_outrank_the_end_in_the_record(failed_run):
    words = LastWords(
        reason="failed",
        detail="disk full",
        safe=True,
        elapsed_s=9.0,
        acknowledged_seq=3,
        utc="2026-11-21T09:00:00+00:00",
    )
    say_last_words(failed_run.run_file, words)
    assert news_of_run(failed_run).detail == "disk full"


def test_a_run_without_an_end_or_a_readable_record_is_news_and_urgent(tmp_path):
    open_ended = RunFolder(tmp_path / "run-8")
    write_run(open_ended.run_file, run_id="run-8", end=None)
    garbage = RunFolder(tmp_path / "run-9")
    garbage.path.mkdir()
    garbage.run_file.write_bytes(b"no database" * 99)
    for folder in (open_ended, garbage):
        told = news_of_run(folder)
        assert (told.kind, told.is_urgent) == (NewsKind.UNKNOWN, True)


def test_a_run_that_never_began_says_why_and_that_nothing_was_done(tmp_path):
    folder = RunFolder(tmp_path / "run-10")
    folder.path.mkdir()
    job = {"run_id": "run-10", "channel": "B2", "protocol": "p", "bench": "b", "operator": "ada"}
    write_json(folder.job_file, {**job, "cell": "/cells/LPSCl-9.yaml", "options": {}})
    write_json(folder.failure_file, {"error": "channel B2 is taken"})
    told = news_of_run(folder)
    assert told.subject() == "solidcell: B2 LPSCl-9 never began: channel B2 is taken"
    assert "Nothing was done to the cell." in told.text()
    assert told.path == str(folder.path)
