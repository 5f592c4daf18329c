"""A webhook gets the whole news once, or the reason why not is plain and holds no secret."""

import socket
import threading
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.notify.address import checked_url
from solidcell.acquisition.notify.attempt import DeliveryError
from solidcell.acquisition.notify.webhook import post
from support.certificates import HAS_OPENSSL, make_certificate, server_context
from support.hook_server import served_hook
from support.news import kept_secret, news, webhook_at


@pytest.fixture
def hook():
    with served_hook() as hook:
        yield hook


def refusal(tmp_path, hook, *, timeout_s=5.0):
    with pytest.raises(DeliveryError) as caught:
        post(webhook_at(tmp_path, hook.address), news(), timeout_s=timeout_s)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


def test_the_hook_gets_facts_for_a_program_and_words_for_a_person(tmp_path, hook):
    token = kept_secret(tmp_path, "token", "t0ken\n")
    post(webhook_at(tmp_path, hook.address, token=token), news(cell="Zelle Ä β"), timeout_s=5.0)

    (body,) = hook.posts
    assert body["text"].startswith("A1 Zelle Ä β failed\nLinkLostError: no answer from COM3\n")
    assert "The cell is open." in body["text"]
    del body["text"]
    assert body == {
        "solidcell": 1,
        "id": "run-7/42",
        "state": "failed",
        "safe": True,
        "run_id": "run-7",
        "channel": "A1",
        "cell": "Zelle Ä β",
        "detail": "LinkLostError: no answer from COM3",
        "host": "bench-pc",
        "operator": "ada",
        "elapsed_s": 7200.0,
        "run_file": "/data/run-7/run-7.run.sqlite",
        "utc": "2026-11-21T09:00:00+00:00",
    }
    (heard,) = hook.heard
    assert (heard["Authorization"], heard["Idempotency-Key"]) == ("Bearer t0ken", '"run-7/42"')
    assert heard["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "is_passing"),
    [(500, True), (503, True), (429, True), (400, False), (404, False), (410, False)],
)
def test_a_refusal_is_quoted_and_known_to_pass_or_not(tmp_path, hook, status, is_passing):
    hook.answers = [status]
    error = refusal(tmp_path, hook)
    assert str(error).startswith(f"answered {status} ")
    assert "answer of the hook and more" in str(error)
    assert error.is_passing is is_passing


def test_a_hook_that_says_when_to_come_again_is_heard(tmp_path, hook):
    hook.answers, hook.headers = [429], {"Retry-After": "17"}
    assert refusal(tmp_path, hook).retry_after_s == 17.0
    hook.headers = {"Retry-After": "9000"}
    assert refusal(tmp_path, hook).retry_after_s == 60.0
    hook.headers = {"Retry-After": "Sat, 21 Nov 2026 09:00:00 GMT"}
    assert refusal(tmp_path, hook).retry_after_s is None


@pytest.mark.parametrize("status", [301, 302, 303, 307])
def test_a_redirection_is_an_error_and_not_a_get_without_the_news(tmp_path, hook, status):
    hook.answers, hook.headers = [status], {"Location": hook.address}
    error = refusal(tmp_path, hook)
    assert str(error).startswith(f"answered {status} ")
    assert [heard["method"] for heard in hook.heard] == ["POST"]


def test_nobody_there_may_pass(tmp_path, hook):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        hook.address = f"http://127.0.0.1:{free.getsockname()[1]}/s3cret"
        error = refusal(tmp_path, hook)
    assert error.is_passing
    assert "refused" in str(error)


@contextmanager
def port_that_says(answer):
    """A port that takes a connection and says no more than this."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = None

        def say():
            nonlocal client
            client, _ = server.accept()
            client.sendall(answer)
            if answer:
                client.close()

        thread = threading.Thread(target=say)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/s3cret"
        thread.join()
        client.close()


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200"])
def test_a_server_that_is_silent_or_something_else_may_pass(tmp_path, hook, answer):
    with port_that_says(answer) as hook.address:
        assert refusal(tmp_path, hook, timeout_s=0.05).is_passing


@pytest.mark.skipif(not HAS_OPENSSL, reason="no openssl to make a certificate with")
def test_https_is_believed_only_with_a_certificate_that_is_trusted(tmp_path, monkeypatch):
    certificate = make_certificate(tmp_path)
    with served_hook(server_context(certificate)) as hook:
        error = refusal(tmp_path, hook)
        assert "certificate" in str(error)
        assert not error.is_passing
        assert hook.posts == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        post(webhook_at(tmp_path, hook.address), news(), timeout_s=5.0)
        assert len(hook.posts) == 1


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://chat.lab.org/hooks/s3cret", "must begin with https://"),
        ("http://127.0.0.1.lab.org/s3cret", "must begin with https://"),
        ("ftp://chat.lab.org/s3cret", "must begin with https://"),
        ("https://ada:s3cret@chat.lab.org/", "holds a password"),
        ("https:///s3cret", "is not a URL"),
        ("https://chat.lab.org:port/s3cret", "is not a URL"),
        ("https://chat.lab.org/a s3cret", "is not a URL"),
        ("https://[::1/s3cret", "is not a URL"),
    ],
)
def test_an_address_that_would_tell_the_world_is_refused_unsaid(tmp_path, hook, address, why):
    hook.address = address
    error = refusal(tmp_path, hook)
    assert why in str(error)
    assert not error.is_passing


LIKE_A_URL = st.from_regex(r"(https?|ftp)://[a-z0-9.@:\[\]-]{0,12}/?[ -~]{0,9}", fullmatch=True)


@given(st.text() | LIKE_A_URL)
def test_only_a_protected_way_or_this_machine_is_an_address(text):
    try:
        url = checked_url(text)
    except ValueError as error:
        told = str(error)
        assert told.startswith("the webhook's address")
        return
    assert url.username is None
    assert url.scheme == "https" or url.hostname in ("localhost", "127.0.0.1", "::1")
