"""Who is told stands in the bench file, the secrets for it never do."""

import os
from pathlib import Path

import pytest
from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.files.yaml_lines import FileError
from solidcell.acquisition.notify.settings import NewsKind, Notify, Secret, SecretError
from solidcell.acquisition.preview.preflight import preflight
from support.settings_files import SMALL_BENCH, SMALL_CCD, SMALL_CELL, written

TOLD = """
[notify.webhook]
url_file = "~/secrets/hook"
token_env = "LAB_TOKEN"
on = ["failed", "waiting"]

[notify.email]
server = "smtp.lab.org"
sender = "bench@lab.org"
recipients = ["ada@lab.org", "bob@lab.org", "ada@lab.org"]
user = "bench"
password_file = "/etc/lab/mail"
"""


def bench_of(tmp_path, text):
    return load_bench(written(tmp_path, "bench.toml", SMALL_BENCH + text))


def refusal(tmp_path, old, new):
    with pytest.raises(FileError) as caught:
        bench_of(tmp_path, TOLD.replace(old, new))
    return str(caught.value).replace(str(tmp_path / "bench.toml"), "bench.toml")


def test_a_bench_that_names_nobody_tells_nobody(tmp_path):
    assert bench_of(tmp_path, "").notify == Notify()


def test_who_is_told_of_what_and_where_its_secrets_are(tmp_path):
    notify = bench_of(tmp_path, TOLD).notify
    assert notify.webhook.url.file == Path.home() / "secrets" / "hook"
    assert notify.webhook.token == Secret(variable="LAB_TOKEN")
    assert notify.webhook.on == {NewsKind.FAILED, NewsKind.WAITING}
    assert notify.email.recipients == ("ada@lab.org", "bob@lab.org")
    assert NewsKind.COMPLETED in notify.email.on
    assert NewsKind.STOPPED not in notify.email.on
    assert notify.email.port == 587


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("ssl", 465), ("none", 25)])
def test_the_port_follows_the_protection(tmp_path, security, port):
    text = f"""
[notify.email]
server = "smtp.lab.org"
security = "{security}"
sender = "bench@lab.org"
recipients = ["ada@lab.org"]
"""
    assert bench_of(tmp_path, text).notify.email.port == port


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"failed"', '"faild"', "bench.toml:13: notify.webhook.on: 'faild' is nothing to be told"),
        ('"failed"', '"unknown"', "'unknown' is nothing to be told of: known are completed, "),
        ("url_file", "url", "notify.webhook.url: is not a known setting"),
        ("~/secrets", "secrets", "'secrets/hook' is not allowed: write the whole path"),
        ("url_file = ", "# ", "bench.toml:10: notify.webhook: needs url_file or url_env"),
        ("url_file", 'url_env = "HOOK"\nurl_file', "url_file and url_env are both given"),
        ("password_file", "password", "notify.email.password: is not a known setting"),
        ('user = "bench"', "", "user goes with one of password_file and password_env"),
        ("password_file = ", "# ", "user goes with one of password_file and password_env"),
        ('user = "bench"', 'user = "b"\nsecurity = "none"', "would send the password in clear"),
        ('user = "bench"', 'user = "b"\nsecurity = "tls"', "must be 'starttls', 'ssl' or 'none'"),
        ('user = "bench"', 'user = "b"\nport = 99999', "must be at most 65535"),
        ("bob@lab.org", "bob@lab.org, eve@x.org", "is not a mail address: write name@example.org"),
        ('sender = "', 'sender = "Ada <', "is not a mail address"),
        ('"smtp.lab.org"', '"smtp lab"', "'smtp lab' is not the name of a server"),
        ("[notify.email]", "[notify.mail]", "notify.mail: is not a known setting"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(tmp_path, old, new, why):
    assert why in refusal(tmp_path, old, new)


def test_a_line_break_in_an_address_is_refused(tmp_path):
    assert "is not a mail address" in refusal(
        tmp_path, "bob@lab.org", r"bob@lab.org\r\nBcc: e@x.org"
    )


def test_a_run_does_not_start_with_a_secret_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.delenv("LAB_TOKEN", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    files = [("ccd.yaml", SMALL_CCD), ("bench.toml", SMALL_BENCH + TOLD), ("cell.yaml", SMALL_CELL)]
    ccd, bench, cell = (written(tmp_path, name, text) for name, text in files)
    problems = preflight(ccd, bench, "A1", cell).problems
    hook = tmp_path / "secrets" / "hook"
    assert problems == (
        f"{bench}: notify.webhook: {hook}: No such file or directory",
        f"{bench}: notify.webhook: the environment variable LAB_TOKEN is not set",
        f"{bench}: notify.email: /etc/lab/mail: No such file or directory",
    )
    hook.parent.mkdir()
    hook.write_text("http://chat.lab.org/s3cret")
    hook.chmod(0o600)
    (problem, *_) = preflight(ccd, bench, "A1", cell).problems
    assert problem == f"{bench}: notify.webhook: the webhook's address must begin with https://"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_a_secret_that_others_can_read_is_none(tmp_path):
    file = written(tmp_path, "password", "pa55word\n")
    file.chmod(0o640)
    with pytest.raises(SecretError, match="can be read by others: chmod 600"):
        Secret(file=file).read()
    file.chmod(0o600)
    assert Secret(file=file).read() == "pa55word"


@pytest.mark.parametrize("text", ["", "  \n", "two\nlines", "bell\x07"])
def test_a_secret_is_one_line_of_printable_letters(tmp_path, monkeypatch, text):
    file = written(tmp_path, "password", text)
    file.chmod(0o600)
    with pytest.raises(SecretError, match=r"is empty|one line of printable"):
        Secret(file=file).read()
    monkeypatch.setenv("LAB_TOKEN", text)
    with pytest.raises(SecretError, match=r"is not set|one line of printable"):
        Secret(variable="LAB_TOKEN").read()
