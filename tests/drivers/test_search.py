"""Who is there: harmless questions, and what their answers mean."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.questions import QUESTIONS, identity_of, modbus_question
from solidcell.drivers.search import LONGEST_ANSWER_BYTES, ask_line, ask_visa, visa_places
from solidcell.drivers.simulated.catalogue import TWINS, make_twin
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.simulated.twin import ManyHosts

ASKED_IN_LINES = ("methodscript", "keithley_2450", "eurotherm_3200", "julabo")


class Line:
    """A place in this process: answers come from a twin; what was written and opened is kept."""

    def __init__(self, twin, clock) -> None:
        self._link = InProcessLink(twin, clock)
        self.settings: list[tuple[int, str]] = []
        self.written: list[bytes] = []

    def open(self, baud_rate: int, frame: str) -> "Line":
        self.settings.append((baud_rate, frame))
        self._link.reopen()
        return self

    def write(self, data: bytes) -> None:
        self.written.append(data)
        self._link.write(data)

    def read(self, timeout_s: float) -> bytes:
        return self._link.read(timeout_s)

    def close(self) -> None:
        self._link.close()

    def reopen(self) -> None:
        self._link.reopen()


class Mumbler:
    """A device that answers everything with ``answer``, or speaks of its own accord."""

    def __init__(self, answer: bytes = b"", unasked: bytes = b"") -> None:
        self._answer, self._unasked = answer, unasked

    def receive(self, data: bytes) -> bytes:
        return self._answer

    def poll(self) -> bytes:
        return self._unasked

    def due_s(self) -> float | None:
        return None

    def hang_up(self) -> None: ...


def ask(twin, clock, questions=QUESTIONS):
    line = Line(twin, clock)
    return ask_line(line.open, clock, patience_s=0.5, questions=questions), line


ALL_QUESTIONS = (*QUESTIONS, modbus_question())
IN_ONE_CONVERSATION = tuple(replace(each, baud_rate=9600, frame="8N1") for each in ALL_QUESTIONS)


@pytest.mark.parametrize("questions", [ALL_QUESTIONS, IN_ONE_CONVERSATION])
@pytest.mark.parametrize("name", ASKED_IN_LINES)
def test_an_instrument_on_a_line_says_who_it_is_and_is_asked_no_more(name: str, questions) -> None:
    clock = JumpClock()
    twin = make_twin(load_rig("llzo", clock), name)
    answer, line = ask(twin, clock, questions)
    assert answer is not None
    assert answer.identity is not None
    last = {each.asked: each.follow_up or each.send for each in questions}[answer.asked]
    assert line.written[-1] == last


def test_a_methodscript_instrument_tells_model_version_and_serial_number() -> None:
    clock = JumpClock()
    answer, _ = ask(make_twin(load_rig("llzo", clock), "methodscript", "es4_hr"), clock)
    assert answer.identity.model == "es4_hr"
    assert answer.identity.manufacturer == "PalmSens"
    assert answer.identity.serial


def test_nobody_is_asked_over_modbus_unless_it_is_wished() -> None:
    clock = JumpClock()
    answer, line = ask(make_twin(load_rig("llzo", clock), "eurotherm_3200"), clock)
    assert answer is None
    assert modbus_question().send not in line.written


@pytest.mark.parametrize("name", sorted(TWINS))
def test_no_question_drives_a_cell_or_moves_an_oven(name: str) -> None:
    clock = JumpClock()
    rig = load_rig("llzo", clock, cells=TWINS[name].cells)
    made = make_twin(rig, name)
    twin = made.session() if isinstance(made, ManyHosts) else made
    twin.poll()
    said: list[str] = []
    for cell in rig.cells:
        cell.truth.note_output = lambda at_s, mode: said.append(mode)  # type: ignore[method-assign]
    ask(twin, clock, (*QUESTIONS, modbus_question()))
    assert said == []
    assert not rig.oven.is_on
    assert rig.oven.setpoint_k == rig.oven.ambient_k


def test_an_instrument_that_nobody_knows_is_told_in_its_own_words() -> None:
    answer, line = ask(Mumbler(b"WHAT?\r\n"), JumpClock())
    assert (answer.asked, answer.text, answer.identity) == ("*IDN?", "WHAT?", None)
    assert [data for data in line.written if data != b"i\n"] == [each.send for each in QUESTIONS]


def test_who_speaks_unasked_is_listened_to_and_asked_nothing() -> None:
    answer, line = ask(Mumbler(unasked=b"A,B,+012.5,kN\r\n"), JumpClock())
    assert (answer.asked, answer.text, answer.identity) == ("", "A,B,+012.5,kN", None)
    assert line.written == []


def test_who_never_stops_speaking_is_not_listened_to_for_ever() -> None:
    answer, _ = ask(Mumbler(unasked=b"x" * 100_000), JumpClock())
    assert len(answer.text) == LONGEST_ANSWER_BYTES


def test_silence_is_no_answer() -> None:
    assert ask(Mumbler(), JumpClock())[0] is None


def test_bytes_that_are_no_text_are_shown_as_numbers() -> None:
    assert ask(Mumbler(b"\xff\x00\x80"), JumpClock())[0].text == "ff 00 80"


@given(st.binary(max_size=40))
@settings(max_examples=60, deadline=None)
def test_no_answer_whatever_is_an_error_and_none_of_them_is_a_line_break(answer: bytes) -> None:
    heard, _ = ask(Mumbler(answer), JumpClock(), (QUESTIONS[0], modbus_question()))
    assert heard is None or "\n" not in heard.text


@pytest.mark.parametrize(
    ("answer", "model"),
    [
        ("KEITHLEY INSTRUMENTS,MODEL 2450,04400001,1.7.12b", "MODEL 2450"),
        ("Keysight Technologies,E4980AL,MY54101596,B.07.01,extra", "E4980AL"),
        ("LSCI,MODEL335,335A1B2/#######,2.9\r", "MODEL335"),
        ("ST,GS,+000157.0 N", None),
        ("!0003", None),
        (",,,", None),
        ("one,two", None),
    ],
)
def test_an_identity_has_a_maker_and_a_model(answer: str, model: str | None) -> None:
    identity = identity_of(answer)
    assert (identity and identity.model) == model


def test_a_place_that_cannot_be_opened_is_lost() -> None:
    def closed(baud_rate: int, frame: str):
        raise LinkLostError("cannot open COM9: no such port")

    with pytest.raises(LinkLostError, match="COM9"):
        ask_line(closed, JumpClock(), patience_s=0.1)


def test_a_visa_library_that_is_not_there_is_named() -> None:
    with pytest.raises(LinkLostError, match="no_such_library"):
        visa_places("no_such_library.so")
    with pytest.raises(LinkLostError, match="cannot be opened"):
        ask_visa("GPIB0::99::INSTR", patience_s=0.1)
