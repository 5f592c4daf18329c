"""News is plain, useful and cannot be abused by whoever names a cell."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.notify.delivery import destinations
from solidcell.acquisition.notify.mail import letter
from solidcell.acquisition.notify.news import test_news as news_of_a_test
from solidcell.acquisition.notify.settings import TOLD_UNLESS_CHOSEN, NewsKind, Notify
from solidcell.acquisition.worker.run_channel import RunReason
from support.news import email_at, news

ANY = st.text(st.characters() | st.sampled_from("<@>\r\n\u2028\u202e"))
"""Halves of letters, line breaks and what turns the direction of writing included."""


def test_a_cell_that_may_still_be_driven_is_told_loudly():
    danger = news(safe=False, detail="output unknown: no answer")
    assert danger.subject() == (
        "solidcell: A1 LPSCl-7 failed, CELL NOT KNOWN TO BE OPEN: output unknown: no answer"
    )
    assert "THE CELL IS NOT KNOWN TO BE OPEN" in danger.text()
    assert "NOT KNOWN" not in news().text()


@pytest.mark.parametrize("reason", RunReason)
def test_every_end_of_a_run_can_be_told_and_has_words_of_its_own(reason):
    kind = NewsKind.of_end(reason.value)
    assert kind.value == reason.value
    assert len({news(kind=each).subject() for each in NewsKind}) == len(NewsKind)


def test_a_state_that_is_no_end_is_told_as_unknown():
    assert NewsKind.of_end("dead") is NewsKind.of_end("test") is NewsKind.UNKNOWN


@given(cell=ANY, detail=ANY, channel=ANY, operator=ANY)
def test_no_name_adds_a_line_or_a_header_to_a_mail(cell, detail, channel, operator):
    told = news(cell=cell, detail=detail, channel=channel, operator=operator)
    mail = letter(email_at(25), "ada@lab.org", told)
    sent = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
    head = sent.split(b"\r\n\r\n")[0].split(b"\r\n")
    names = [line.split(b":")[0].decode() for line in head if not line.startswith(b" ")]
    assert sorted(names) == sorted(letter(email_at(25), "ada@lab.org", news()).keys())
    assert mail["To"] == "ada@lab.org"
    assert mail["Subject"].isprintable()
    assert len(mail["Subject"]) <= 180


@given(cell=ANY, detail=ANY, operator=ANY)
def test_no_name_calls_anybody_in_a_chat_or_breaks_the_body(cell, detail, operator):
    told = news(cell=cell, detail=detail, operator=operator)
    body = json.loads(json.dumps(told.as_json(), allow_nan=False))
    assert not set("<>@") & set(body["text"])
    assert len(body["text"].splitlines()) <= 6
    assert set(body) == set(news().as_json())


def test_who_chose_nothing_is_told_of_all_but_a_plain_stop():
    assert set(NewsKind) - set(TOLD_UNLESS_CHOSEN) == {
        NewsKind.STOPPED,
        NewsKind.UNKNOWN,
        NewsKind.TEST,
    }


def test_whoever_chose_failures_is_told_of_danger_and_of_tests_all_the_same():
    (ada,) = destinations(Notify(email=email_at(25, on=frozenset({NewsKind.FAILED}))))
    assert ada.wants(news())
    assert not ada.wants(news(kind=NewsKind.COMPLETED))
    assert ada.wants(news(kind=NewsKind.COMPLETED, safe=False))
    assert ada.wants(news(kind=NewsKind.UNKNOWN))
    assert ada.wants(news_of_a_test("bench-pc", "ada"))


def test_a_test_says_that_it_is_one():
    told = news_of_a_test("bench-pc", "ada")
    assert "only a test" in told.subject()
    assert "NOT KNOWN" not in told.subject() + told.text()
