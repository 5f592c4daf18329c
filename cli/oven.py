"""``solidcell oven``: who has an oven and who waits for it, and stopping its heat."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .answer import AsJson, print_json, say_error

if TYPE_CHECKING:
    from ..acquisition.ovens.overview import KnownOven
    from ..acquisition.ovens.state import OvenState


class Action(StrEnum):
    """What may be done with ovens."""

    STATUS = "status"
    OFF = "off"


def oven(
    action: Annotated[
        Action,
        typer.Argument(
            help="status: who has each oven, and who waits. off: stop an oven's heat, whoever has "
            "it; the segments that need it fail."
        ),
    ] = Action.STATUS,
    name: Annotated[str | None, typer.Argument(help="off: the oven, or its address.")] = None,
    folder: Annotated[
        Path | None, typer.Option(help="The folder of the ovens; this user's own if unset.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Show the ovens that runs share, or stop the heat of one."""
    from ..acquisition.ovens.overview import known_ovens

    found = known_ovens(folder)
    if action is Action.OFF:
        return _off(_named(found, name), as_json=as_json)
    if as_json:
        print_json({"ovens": [_as_json(each) for each in found]})
        return 0
    for each in found:
        print("\n".join(_in_words(each)))
    if not found:
        print("no oven was ever asked for a temperature")
    return 0


def keep(place: Annotated[Path, typer.Argument(help="The folder of the oven's place.")]) -> int:
    """Keep one oven for all runs that want it, until nobody does."""
    from ..acquisition.ovens.keeping import keep as keep_oven

    return keep_oven(place)


def _named(found: list["KnownOven"], name: str | None) -> "KnownOven":
    if name is None:
        raise ValueError("`solidcell oven off` needs the name of an oven")
    same = [each for each in found if name in (each.spec.name, each.spec.device.address)]
    if len(same) > 1:
        addresses = ", ".join(each.spec.device.address for each in same)
        raise ValueError(f"several ovens are called {name!r}: give one's address, {addresses}")
    if not same:
        known = ", ".join(each.spec.name for each in found) or "none"
        raise ValueError(f"no oven {name!r} was ever asked for a temperature; known are {known}")
    return same[0]


def _off(oven: "KnownOven", *, as_json: bool) -> int:
    from ..acquisition.ovens.overview import switch_off
    from ..acquisition.processes import user_name

    is_done = switch_off(oven, user_name())
    if as_json:
        print_json({"oven": oven.spec.name, "off": is_done})
    elif is_done:
        print(f"{oven.spec.name}: no heat.")
    else:
        say_error(
            f"{oven.spec.name}: its keeper does not answer, or not the oven; the heat may be on. "
            "Switch it off at the oven."
        )
    return int(not is_done)


def _as_json(oven: "KnownOven") -> dict[str, Any]:
    state = oven.state
    answer: dict[str, Any] = {
        "name": oven.spec.name,
        "driver": oven.spec.device.driver,
        "address": oven.spec.device.address,
        "is_kept": state is not None,
    }
    if state is not None:
        answer |= {
            "temperature_k": state.temperature_k,
            "setpoint_k": state.setpoint_k,
            "target_k": state.target_k,
            "is_heating": state.is_heating,
            "fault": state.fault,
            "holders": [_place(each) for each in state.holders],
            "waiting": [_place(each) for each in state.waiting],
        }
    return answer


def _place(place: Any) -> dict[str, Any]:
    return {"run": place.run_id, "temperature_k": place.temperature_k, "note": place.note}


def _in_words(oven: "KnownOven") -> list[str]:
    head = f"{oven.spec.name}  ({oven.spec.device.driver}, {oven.spec.device.address}): "
    if oven.state is None:
        return [f"{head}nobody needs it"]
    return [head + _condition(oven.state), *_queue(oven.state)]


def _condition(state: "OvenState") -> str:
    now = "unknown" if state.temperature_k is None else _celsius(state.temperature_k)
    if state.fault:
        return f"{now}; FAULT: {state.fault}"
    if state.target_k is None:
        return f"{now}; no temperature is asked of it"
    idle = "" if state.holders or state.waiting else "; no run needs it any more"
    return f"{now}, target {_celsius(state.target_k)}{idle}"


def _queue(state: "OvenState") -> list[str]:
    holders = [f"  has it   {place.in_words()}" for place in state.holders]
    return holders + [f"  waits    {place.in_words()}" for place in state.waiting]


def _celsius(temperature_k: float) -> str:
    return f"{temperature_k - 273.15:.1f} °C"
