"""``solidcell pause``, ``resume`` and ``skip``: ask a running run, and tell what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ..acquisition.session import (
    RunState,
    RunStateName,
    command_outcome,
    default_data_dir,
    find_run,
    request_pause,
    request_resume,
    request_skip,
    run_state,
    user_name,
)
from ..drivers.clock import SystemClock
from .answer import AsJson, print_json, say_error
from .run import DataDir, RunName

_PATIENCE_S = 5.0
_LOOK_EVERY_S = 0.05
_ALIVE = (RunStateName.RUNNING, RunStateName.PAUSED)


def pause(
    run: RunName,
    rest: Annotated[
        bool, typer.Option("--rest", help="Hold 0 A and go on measuring the voltage.")
    ] = False,
    data: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Pause a run: its cell is opened, and the segment goes on when the run is resumed.

    Current is never held through a pause. Limits and stops hold on.
    """
    run_file = find_run(run, data or default_data_dir())
    asked = request_pause(run_file, user_name(), mode="rest" if rest else "open")
    return _tell(_answer(run_file, asked, _is_paused), "paused", as_json=as_json)


def resume(run: RunName, data: DataDir = None, as_json: AsJson = False) -> int:
    """Let a paused run go on where it was broken off."""
    run_file = find_run(run, data or default_data_dir())
    asked = request_resume(run_file, user_name())
    return _tell(_answer(run_file, asked, _goes_on), "resumed", as_json=as_json)


def skip(run: RunName, data: DataDir = None, as_json: AsJson = False) -> int:
    """End the segment that is under way and go on with the next one.

    A step of which a half-cycle was skipped never counts as passed. Of a paused run the rest of
    the segment is given up, and the run stays paused.
    """
    run_file = find_run(run, data or default_data_dir())
    asked = request_skip(run_file, user_name())
    return _tell(_answer(run_file, asked, lambda _: True), "skipped", as_json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What came of a command; ``accepted`` is ``None`` if nobody has said yet."""

    run_file: Path
    id: str
    accepted: bool | None
    detail: str
    state: RunState

    def as_json(self) -> dict[str, object]:
        return {
            "run_file": self.run_file,
            "id": self.id,
            "accepted": self.accepted,
            "detail": self.detail,
            "state": self.state.state,
        }


def _answer(run_file: Path, asked: str, is_done: Callable[[RunState], bool]) -> _Answer:
    """Wait a while until the command is refused, or carried out."""
    clock = SystemClock()
    while True:
        state = run_state(run_file)  # asked first: what is read after it is then complete
        outcome = command_outcome(run_file, asked)
        waited = clock.now_s() >= _PATIENCE_S or state.state not in _ALIVE
        if outcome is None:
            accepted, detail = None, _no_answer(state)
        else:
            accepted, detail = outcome.accepted, outcome.detail
            waited = waited or not accepted or is_done(state)
        if waited:
            return _Answer(
                run_file=run_file, id=asked, accepted=accepted, detail=detail, state=state
            )
        clock.sleep_until(clock.now_s() + _LOOK_EVERY_S)


def _tell(answer: _Answer, done: str, *, as_json: bool) -> int:
    code = 0 if answer.accepted and answer.state.state in _ALIVE else 1
    if as_json:
        print_json(answer.as_json())
    elif answer.accepted is None:
        say_error(answer.detail)
    elif not answer.accepted:
        say_error(f"refused: {answer.detail}")
    elif code:
        say_error(f"{answer.state.run_id} is {answer.state.state}: {answer.state.detail}")
    else:
        print(_in_words(answer.state, done))
    return code


def _in_words(state: RunState, done: str) -> str:
    if state.state is not RunStateName.PAUSED:
        return f"{state.run_id}: {done}"
    if done == "skipped":
        return f"{state.run_id}: skipped; still paused {state.detail}"
    return f"{state.run_id}: paused {state.detail}"


def _no_answer(state: RunState) -> str:
    if state.state in _ALIVE:
        return (
            f"{state.run_id} was asked and has not answered within {_PATIENCE_S:g} s; "
            "`solidcell watch` shows when it does"
        )
    return f"{state.run_id} is {state.state}: {state.detail}"


def _is_paused(state: RunState) -> bool:
    return state.state is RunStateName.PAUSED


def _goes_on(state: RunState) -> bool:
    return state.state is RunStateName.RUNNING
