"""Commands are small files: whole ones are handed out once and in order, anything else is no
danger."""

import json
import os
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.control.commands import (
    Command,
    CommandKind,
    PauseMode,
    command_from_json,
    new_command,
)
from solidcell.acquisition.control.inbox import Inbox, post
from support.commanded import PAUSE, RESUME, SKIP


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "inbox"


def everything(inbox):
    letters = []
    while (letter := inbox.next()) is not None:
        letters.append(letter)
    return letters


def left(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "refused")


def test_an_empty_inbox_has_nothing_even_if_its_folder_is_gone(folder):
    inbox = Inbox(folder)
    assert inbox.next() is None
    folder.rmdir()
    assert inbox.next() is None


def test_commands_come_out_once_and_in_the_order_in_which_they_were_given(folder):
    inbox = Inbox(folder)
    commands = [new_command(kind, "ada") for kind in (PAUSE, RESUME, SKIP, PAUSE)]
    for command in commands:
        post(folder, command)
    assert [letter.command for letter in everything(inbox)] == commands
    assert everything(inbox) == []


def test_a_command_keeps_what_was_meant_by_it(folder):
    inbox = Inbox(folder)
    rest = new_command(PAUSE, "Åsa Öberg", mode=PauseMode.REST)
    skip = new_command(SKIP, "ben", segment=7)
    post(folder, rest)
    post(folder, skip)
    assert [letter.command for letter in everything(inbox)] == [rest, skip]


def test_a_command_is_put_away_only_when_its_answer_is_durable(folder):
    inbox = Inbox(folder)
    paths = [post(folder, new_command(PAUSE, "ada")) for _ in range(2)]
    first, second = everything(inbox)
    inbox.answered(first, 10)
    inbox.answered(second, 12)
    inbox.clear(9)
    assert all(path.exists() for path in paths)
    inbox.clear(11)
    assert [path.exists() for path in paths] == [False, True]
    inbox.clear(12)
    assert left(folder) == []


def test_a_command_that_was_answered_before_the_worker_died_is_not_obeyed_again(folder):
    answered, new = new_command(SKIP, "ada"), new_command(SKIP, "ada")
    post(folder, answered)
    post(folder, new)
    inbox = Inbox(folder, already={answered.id})
    assert [letter.command for letter in everything(inbox)] == [new]
    assert len(left(folder)) == 1


def test_the_same_command_left_twice_is_handed_out_once(folder):
    command = new_command(SKIP, "ada")
    path = post(folder, command)
    path.with_name(f"{99:020d}-{command.id}.json").write_bytes(path.read_bytes())
    assert len(everything(Inbox(folder))) == 1


def test_what_is_still_being_written_is_left_alone(folder):
    inbox = Inbox(folder)
    half_made = folder / "00000000000000000001-0123456789ab.json.77.new"
    half_made.write_text('{"id": "01234', encoding="utf-8")
    assert inbox.next() is None
    assert left(folder) == [half_made.name]


DAMAGED = {
    "empty": b"",
    "cut off": b'{"id": "0123456789ab", "kind": "pau',
    "not text": b"\xff\xfe\x00\x01",
    "a list": b"[]",
    "nested without end": b"[" * 10_000,
    "another kind": {"kind": "jump"},
    "no kind": {"kind": None},
    "a kind that is a list": {"kind": ["pause"]},
    "another mode": {"mode": "hold the current"},
    "nobody": {"who": ""},
    "half a letter": {"who": "\ud800"},
    "a name without end": {"who": "a" * 10_000},
    "no time": {"utc": 17},
    "a segment that is none": {"kind": "skip", "segment": "the last"},
    "a segment that is a truth": {"kind": "skip", "segment": True},
    "another id": {"id": "ba9876543210"},
    "too much": b'{"id": "' + b"0" * 20_000 + b'"}',
}
WHOLE = {"id": "0123456789ab", "kind": "pause", "who": "ada", "utc": "2026-11-21T09:00:00+00:00"}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_command_is_refused_and_set_aside(folder, content):
    inbox = Inbox(folder)
    data = content if isinstance(content, bytes) else json.dumps(WHOLE | content).encode()
    path = folder / "00000000000000000001-0123456789ab.json"
    path.write_bytes(data)
    post(folder, new_command(RESUME, "ben"))
    damaged, sound = everything(inbox)
    assert damaged.command is None
    assert damaged.problem
    assert damaged.id == "0123456789ab"
    assert sound.command is not None
    inbox.answered(damaged, 1)
    inbox.clear(1)
    assert (folder / "refused" / path.name).read_bytes() == data
    assert not path.exists()


@pytest.mark.parametrize("name", ["notes.txt", "pause.json", "1-0123456789ab.json", "a b.json"])
def test_a_file_of_something_else_is_refused_by_its_name(folder, name):
    inbox = Inbox(folder)
    (folder / name).write_text(json.dumps(WHOLE), encoding="utf-8")
    letter = inbox.next()
    assert letter.command is None
    assert repr(name) in letter.problem
    assert inbox.next() is None


def test_a_folder_or_a_pipe_in_place_of_a_command_is_not_waited_for(folder):
    inbox = Inbox(folder)
    (folder / "00000000000000000001-0123456789ab.json").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "00000000000000000002-1123456789ab.json")
    letters = everything(inbox)
    assert letters
    assert {letter.problem for letter in letters} == {"is no plain file"}


def test_a_file_that_another_program_holds_is_tried_again_for_a_while(folder, monkeypatch):
    inbox = Inbox(folder)
    command = new_command(PAUSE, "ada")
    path = post(folder, command)

    def held(_):
        raise PermissionError(13, "held by another program")

    with monkeypatch.context() as holding:
        holding.setattr(type(path), "read_bytes", held)
        assert inbox.next() is None
    assert inbox.next().command == command


def test_a_file_that_another_program_never_lets_go_of_is_refused(folder, monkeypatch):
    inbox = Inbox(folder)
    path = post(folder, new_command(PAUSE, "ada"))

    def held(_):
        raise PermissionError(13, "held by another program")

    monkeypatch.setattr(type(path), "read_bytes", held)
    letters = [letter for _ in range(200) if (letter := inbox.next()) is not None]
    assert [letter.problem for letter in letters] == ["cannot be read: held by another program"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
COMMANDS = st.builds(
    Command,
    id=TEXTS,
    kind=st.sampled_from(CommandKind),
    who=TEXTS,
    utc=TEXTS,
    mode=st.sampled_from(PauseMode),
    segment=st.none() | st.integers(0, 10**9),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@settings(max_examples=40, deadline=None)
@given(COMMANDS)
def test_a_command_is_read_as_it_was_written(command):
    assert command_from_json(json.loads(json.dumps(asdict(command)))) == command


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["id", "kind", "who", "utc", "mode", "segment"]), JSON))
def test_whatever_stands_in_a_command_it_is_one_or_it_is_refused(stored):
    try:
        command = command_from_json(stored)
    except ValueError:
        return
    assert {"id", "kind", "who", "utc"} <= stored.keys()
    assert (command.kind, command.who) == (stored["kind"], stored["who"])
