"""``solidcell twin``: serve a byte-level instrument twin to anybody's client."""

import json
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from .answer import AsJson, print_json

_HIGHEST_PORT = 65_535
_MODELS = {
    "methodscript": ("nexus", "es4_hr", "es4_lr", "espico"),
    "keithley_2450": ("2450", "2460", "2461", "2470"),
}


def twin(
    name: Annotated[str | None, typer.Argument(help="methodscript or keithley_2450.")] = None,
    cell: Annotated[
        str, typer.Option(help="The simulated cell: a file, or llzo, lpscl, li3ps4, li3ps4_lif.")
    ] = "lpscl",
    seed: Annotated[
        int | None, typer.Option(help="Which individual cell; the file's own if unset.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The instrument's model; see --list.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port; 0 takes a free one.")] = 0,
    pty: Annotated[bool, typer.Option("--pty", help="Serve a pseudo terminal, not TCP.")] = False,
    speed: Annotated[float, typer.Option(help="Twin seconds per real second.")] = 1.0,
    truth: Annotated[
        Path | None, typer.Option(help="Write the cell's hidden truth here, as JSON lines.")
    ] = None,
    until_eof: Annotated[
        bool, typer.Option("--until-eof", help="End when standard input is closed.")
    ] = False,
    show_list: Annotated[bool, typer.Option("--list", help="Name the twins and models.")] = False,
    as_json: AsJson = False,
) -> None:
    """Serve an instrument twin wired to a simulated cell.

    It speaks the instrument's protocol byte for byte to any client, until interrupted.
    """
    if show_list:
        _list_twins(as_json)
        return
    chosen_model = _check_model(name, model)
    check_seed(seed)
    _check_port(port)
    from ..drivers.clock import SystemClock
    from ..drivers.simulated.cell_file import load_front_end
    from ..drivers.simulated.keithley_2450.twin import Keithley2450Twin
    from ..drivers.simulated.methodscript.twin import MethodScriptTwin
    from ..drivers.simulated.serve import serve_pty, serve_tcp
    from ..drivers.simulated.twin import Twin

    clock = SystemClock(speed)
    front_end = load_front_end(cell, seed)
    if truth is not None:
        front_end.truth.write_to(truth)
    device: Twin = (
        MethodScriptTwin(front_end, clock, model=chosen_model)
        if name == "methodscript"
        else Keithley2450Twin(front_end, clock, model=chosen_model)
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    if until_eof:
        threading.Thread(target=_wait_for_eof, args=(stop,), daemon=True).start()

    def announce_port(at_port: int) -> None:
        address = _bench_address(str(name), host, at_port)
        _announce({"twin": name, "model": chosen_model, "port": at_port, "address": address})

    def announce_pty(path: str) -> None:
        _announce({"twin": name, "model": chosen_model, "address": path})

    def _announce(what: dict[str, object]) -> None:
        if as_json:
            print(json.dumps(what), flush=True)
        else:
            print(f"{name} twin ({chosen_model}) is listening.", flush=True)
            print(f'In a bench file: address = "{what["address"]}"', flush=True)

    if pty:
        serve_pty(device, clock, announce_pty, stop)
    else:
        serve_tcp(device, clock, host, port, announce_port, stop)


def _wait_for_eof(stop: threading.Event) -> None:
    while sys.stdin.read(1):
        pass
    stop.set()


def check_seed(seed: int | None) -> None:
    """Raise ``ValueError`` for a number that is not the seed of a cell."""
    if seed is not None and seed < 0:
        raise ValueError(f"seed {seed} is not allowed: 0 or more")


def _check_port(port: int) -> None:
    if not 0 <= port <= _HIGHEST_PORT:
        raise ValueError(f"port {port} is not allowed: 0 to {_HIGHEST_PORT}; 0 takes a free one")


def _check_model(name: str | None, model: str | None) -> str:
    if name is None:
        raise ValueError(f"name a twin: {', '.join(_MODELS)}")
    if name not in _MODELS:
        raise ValueError(f"{name!r} is not a twin; there are {', '.join(_MODELS)}")
    if model is None:
        return _MODELS[name][0]
    if model not in _MODELS[name]:
        known = ", ".join(_MODELS[name])
        raise ValueError(f"{model!r} is not a model of {name}; there are {known}")
    return model


def _bench_address(name: str, host: str, port: int) -> str:
    if name == "methodscript":
        return f"socket://{host}:{port}"
    return f"TCPIP0::{host}::{port}::SOCKET"


def _list_twins(as_json: bool) -> None:
    if as_json:
        print_json({"twins": _MODELS})
        return
    for name, models in _MODELS.items():
        print(f"{name:15} models {', '.join(models)}")
