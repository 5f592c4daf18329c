"""Mail reaches its recipient over a protected way, or the reason why not is plain."""

import socket
from email import message_from_bytes
from email.policy import default

import pytest
from solidcell.acquisition.notify.attempt import DeliveryError
from solidcell.acquisition.notify.mail import send_mail
from solidcell.acquisition.notify.settings import Secret, Security
from support.certificates import HAS_OPENSSL, make_certificate, server_context
from support.mail_server import Post, served_post
from support.news import email_at, kept_secret, news

needs_openssl = pytest.mark.skipif(not HAS_OPENSSL, reason="no openssl to make a certificate with")


def send(post, what=None, *, timeout_s=5.0, **settings):
    send_mail(email_at(post.port, **settings), "ada@lab.org", what or news(), timeout_s=timeout_s)


def refusal(post, **how):
    with pytest.raises(DeliveryError) as caught:
        send(post, **how)
    assert "pa55word" not in str(caught.value)
    return caught.value


def test_a_mail_says_in_its_subject_what_happened_to_which_cell():
    with served_post() as post:
        send(post, news(cell="Zelle Ä"), recipients=("ada@lab.org", "bob@lab.org"))
    (mail,) = post.mails
    assert (mail.sender, mail.recipients) == ("bench@lab.org", ["ada@lab.org"])
    letter = message_from_bytes(mail.content, policy=default)
    assert letter["Subject"] == "solidcell: A1 Zelle Ä failed: LinkLostError: no answer from COM3"
    assert letter["To"] == "ada@lab.org"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert "The cell is open." in letter.get_content()
    assert "bench-pc: /data/run-7/run-7.run.sqlite" in letter.get_content()


def test_the_same_news_is_the_same_mail_however_often_it_is_sent():
    with served_post() as post:
        send(post)
        send(post)
        send(post, news(news_id="run-7/43"))
    one, again, other = (message_from_bytes(mail.content)["Message-ID"] for mail in post.mails)
    assert one == again != other


def test_a_line_with_a_single_dot_does_not_end_the_mail():
    with served_post() as post:
        send(post, news(detail=".\nQUIT"))
    letter = message_from_bytes(post.mails[0].content, policy=default)
    assert "\n. QUIT\n" in letter.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("refuses", "is_passing", "why"),
    [
        ({"ada@lab.org": ["550 5.1.1 no such person"]}, False, "550 5.1.1 no such person"),
        ({"ada@lab.org": ["450 4.2.1 try later"]}, True, "450 4.2.1 try later"),
        ({"MAIL": ["553 not from you"]}, False, "553 not from you"),
        ({"MAIL": ["421 too busy"]}, True, "421 too busy"),
        ({"DATA": ["554 spam"]}, False, "554 spam"),
        ({"DATA": ["451 disk full"]}, True, "451 disk full"),
        ({"EHLO": ["554 go away"], "HELO": ["554 go away"]}, False, "554 go away"),
    ],
)
def test_a_refusal_is_quoted_and_known_to_pass_or_not(refuses, is_passing, why):
    with served_post(refuses=refuses) as post:
        error = refusal(post)
    assert why in str(error)
    assert error.is_passing is is_passing
    assert post.mails == []


def test_a_mail_that_was_taken_is_sent_however_the_server_parts():
    with served_post(hangs_up_at="QUIT") as post:
        send(post)
    assert len(post.mails) == 1


@pytest.mark.parametrize("word", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_may_pass(word):
    with served_post(hangs_up_at=word) as post:
        assert refusal(post).is_passing


def test_a_server_that_is_silent_may_pass():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = refusal(Post(port=silent.getsockname()[1]), timeout_s=0.05)
    assert error.is_passing


def test_nobody_there_may_pass():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = refusal(Post(port=free.getsockname()[1]))
    assert error.is_passing
    assert "refused" in str(error)


def test_a_server_without_starttls_gets_neither_password_nor_mail(tmp_path):
    password = kept_secret(tmp_path, "password", "pa55word")
    how = {"security": Security.STARTTLS, "user": "bench", "password": password}
    with served_post(users={"bench": "pa55word"}) as post:
        error = refusal(post, **how)
    assert "STARTTLS" in str(error)
    assert not error.is_passing
    assert [line.split()[0] for line in post.said if "AUTH" in line or "MAIL" in line] == []


@needs_openssl
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.SSL])
def test_the_password_goes_over_a_trusted_way_only(tmp_path, monkeypatch, security):
    certificate = make_certificate(tmp_path)
    password = kept_secret(tmp_path, "password", "pa55word\n")
    how = {"security": security, "user": "bench", "password": password, "server": "localhost"}
    from_start = security is Security.SSL
    with served_post(
        tls=server_context(certificate),
        users={"bench": "pa55word"},
        protected_from_the_start=from_start,
    ) as post:
        error = refusal(post, **how)
        assert "certificate" in str(error)
        assert not any(line.startswith("AUTH") for line in post.said)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        send(post, **how)
        (mail,) = post.mails
        assert (mail.protected, mail.user) == (True, "bench")
        wrong = {**how, "password": kept_secret(tmp_path, "wrong", "nonsense")}
        error = refusal(post, **wrong)
        assert "535 5.7.8 wrong user or password" in str(error)
        assert not error.is_passing


def test_a_password_that_is_not_there_is_named_and_nothing_is_sent(monkeypatch):
    monkeypatch.delenv("LAB_MAIL", raising=False)
    with served_post(users={"bench": "pa55word"}) as post:
        error = refusal(post, user="bench", password=Secret(variable="LAB_MAIL"))
    assert str(error) == "the environment variable LAB_MAIL is not set"
    assert post.said == []


def test_a_password_that_the_protocol_cannot_carry_is_told(tmp_path):
    password = kept_secret(tmp_path, "password", "pa55wörd")
    with served_post(users={"bench": "x"}) as post:
        error = refusal(post, user="bench", password=password)
    assert "not ASCII" in str(error)
