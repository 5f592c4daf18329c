"""People are told from the command line and by a run that ends."""

import json
import time

import pytest
from solidcell.acquisition.notify.ledger import read_told
from solidcell.acquisition.notify.settings import NewsKind
from solidcell.acquisition.run_folder import RunFolder
from support.command_line import answer_here, answer_of, run_command, run_here, served_twin
from support.hook_server import served_hook
from support.mail_server import served_post
from support.written_runs import write_run

pytestmark = pytest.mark.slow

BENCH = """\
[channel.A1]
voltage_min_v = -5
voltage_max_v = 5
current_max_ma = 10
clock_speed = 500
[channel.A1.potentiostat]
driver = "methodscript"
address = "{address}"
[notify.webhook]
url_file = "{secret}"
[notify.email]
server = "127.0.0.1"
port = {port}
security = "none"
sender = "bench@lab.org"
recipients = ["ada@lab.org", "bob@lab.org"]
on = ["failed"]
"""
PROTOCOL = """\
protocol: sequence
segments:
  - {segment: rest, duration_min: 1}
  - {segment: galvanostatic, current_density_ma_cm2: 0.1, duration_min: 60,
     voltage_min_v: -4, voltage_max_v: 4}
"""
CELL = """\
name: LPSCl-7
electrolyte: LPSCl
electrode_area_cm2: 0.785
thickness_um: 800
temperature_c: 25
conductivity_ms_cm: 3.0
"""


@pytest.fixture
def hook():
    with served_hook() as hook:
        yield hook


@pytest.fixture
def mailbox():
    with served_post() as post:
        yield post


def write_bench(tmp_path, hook, mailbox, address="socket://127.0.0.1:1"):
    secret = tmp_path / "hook"
    secret.write_text(hook.address, encoding="utf-8")
    secret.chmod(0o600)
    bench = tmp_path / "bench.toml"
    told = BENCH.format(address=address, port=mailbox.port, secret=secret)
    bench.write_text(told, encoding="utf-8")
    return bench


def test_a_test_reaches_everybody_or_says_whom_it_did_not(tmp_path, hook, mailbox):
    mailbox.refuses = {"bob@lab.org": ["550 no such person"]}
    bench = write_bench(tmp_path, hook, mailbox)
    said = run_here("notify", "--test", "--bench", bench)
    assert said.returncode == 1
    assert "webhook  told at" in said.stdout
    assert "bob@lab.org  NOT REACHED: 127.0.0.1" in said.stdout
    assert "550 no such person" in said.stdout
    assert len(mailbox.mails) == 1
    assert "only a test" in hook.posts[0]["text"]
    outcomes = answer_here("notify", "--test", "--bench", bench)["outcomes"]
    assert [each["sent"] for each in outcomes] == [True, True, True]


def test_what_is_missing_is_one_line(tmp_path):
    bench = tmp_path / "bench.toml"
    told = BENCH.partition("[notify.webhook]")[0].format(address="socket://127.0.0.1:1")
    bench.write_text(told, encoding="utf-8")
    said = run_here("notify", "--test", "--bench", bench)
    assert said.returncode == 1
    assert "tells nobody: it has no [notify.webhook] and no [notify.email]" in said.stderr
    assert "name a run, or write --test" in run_here("notify").stderr
    assert "--test needs --bench" in run_here("notify", "--test").stderr


def start(tmp_path, bench):
    for name, text in {"sequence.yaml": PROTOCOL, "cell.yaml": CELL}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    options = ("--bench", bench, "--channel", "A1", "--cell", tmp_path / "cell.yaml")
    started = answer_of("run", tmp_path / "sequence.yaml", *options, data=tmp_path / "runs")
    return RunFolder(tmp_path / "runs" / started["run_id"])


def told_of(folder):
    within = time.monotonic() + 30.0
    while not read_told(folder):
        assert time.monotonic() < within, folder.log_file.read_text(encoding="utf-8")
        time.sleep(0.02)
    (told,) = read_told(folder)
    return told


def test_a_run_that_finishes_tells_whoever_wants_to_know(tmp_path, hook, mailbox):
    with served_twin("methodscript", "--speed", "500") as twin:
        bench = write_bench(tmp_path, hook, mailbox, twin["address"])
        folder = start(tmp_path, bench)
        told = told_of(folder)
    assert (told.kind, told.all_sent) == (NewsKind.COMPLETED, True)
    (body,) = hook.posts
    assert (body["state"], body["cell"], body["safe"]) == ("completed", "LPSCl-7", True)
    assert mailbox.mails == []
    shown = run_command("notify", folder.path)
    assert shown.returncode == 0
    assert "A1 LPSCl-7 finished" in shown.stdout
    assert b"s3cret" not in folder.run_file.read_bytes()


def test_a_cell_that_is_out_of_reach_is_told_to_everybody(tmp_path, hook, mailbox):
    with served_twin("methodscript", "--speed", "500") as twin:
        bench = write_bench(tmp_path, hook, mailbox, twin["address"])
        folder = start(tmp_path, bench)
    told = told_of(folder)
    assert (told.kind, told.all_sent) == (NewsKind.FAILED, True)
    assert "CELL NOT KNOWN TO BE OPEN" in told.subject
    assert [each.destination for each in told.outcomes] == [
        "webhook",
        "ada@lab.org",
        "bob@lab.org",
    ]
    assert hook.posts[0]["safe"] is False


def test_those_who_were_not_reached_are_told_later(tmp_path, hook, mailbox):
    bench = write_bench(tmp_path, hook, mailbox)
    folder = RunFolder(tmp_path / "runs" / "run-7")
    write_run(folder.run_file, run_id="run-7", end="failed")
    job = {"run_id": "run-7", "channel": "A1", "protocol": "p", "bench": str(bench), "cell": "c"}
    folder.job_file.write_text(json.dumps(job | {"operator": "ada", "options": {}}))
    data = tmp_path / "runs"
    assert "nobody was told of run-7" in run_here("notify", "run-7", data=data).stdout
    (told,) = answer_here("notify", "run-7", "--resend", data=data)["told"]
    assert [each["destination"] for each in told["outcomes"]] == [
        "webhook",
        "ada@lab.org",
        "bob@lab.org",
    ]
    assert len(hook.posts) == 1
    run_here("notify", "run-7", "--resend", data=data)
    assert len(hook.posts) == 1
