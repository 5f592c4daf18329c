"""``solidcell twin``: serve byte-level instrument twins to anybody's client."""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Final

import typer

from .answer import AsJson, print_json
from .twin_serving import (
    ServedTwin,
    Serving,
    asked_twins,
    cells_for,
    chances_of,
    named_at,
    places_of,
)

_HIGHEST_PORT: Final = 65_535


def twin(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME[:MODEL][@CELL]...",
            help="The twins, all wired to one cell; @1 wires to a second cell of the same kind.",
        ),
    ] = None,
    cell: Annotated[
        str, typer.Option(help="The simulated cell: a file, or a packaged one: lpscl, polymer, …")
    ] = "lpscl",
    seed: Annotated[
        int | None, typer.Option(help="Which individual cell; the file's own if unset.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="The model of the first twin; see --list.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="TCP port of the first twin; each further one has the next. 0: any.")
    ] = 0,
    pty: Annotated[bool, typer.Option("--pty", help="Serve pseudo terminals, not TCP.")] = False,
    speed: Annotated[float, typer.Option(help="Twin seconds per real second.")] = 1.0,
    truth: Annotated[
        Path | None, typer.Option(help="Write the cell's hidden truth here, as JSON lines.")
    ] = None,
    bench: Annotated[
        Path | None, typer.Option(help="Write a bench file for these twins here, once they listen.")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=CHANCE",
            help="A bad wire: late=0.01 holds one line in a hundred up for 2 s; lost, duplicated, "
            "truncated, bitten and garbage damage it.",
        ),
    ] = None,
    until_eof: Annotated[
        bool, typer.Option("--until-eof", help="End when standard input is closed.")
    ] = False,
    show_list: Annotated[bool, typer.Option("--list", help="Name the twins and models.")] = False,
    as_json: AsJson = False,
) -> None:
    """Serve instrument twins wired to a simulated cell and one oven.

    They speak the instruments' protocols byte for byte to any client, until interrupted.
    """
    if show_list:
        _list_twins(as_json)
        return
    asked = asked_twins(names or [], model)
    check_seed(seed)
    _check_ports(port, len(asked))
    chances = chances_of(fault or [])
    from ..drivers.clock import SystemClock
    from ..drivers.simulated.rig import load_rig
    from ..drivers.simulated.serve import serve_places

    clock = SystemClock(speed)
    rig = load_rig(cell, clock, seed=seed, cells=cells_for(asked))
    if truth is not None:
        rig.write_truth(truth)
    places = places_of(asked, rig, Serving(clock, host, None if pty else port, chances))
    stop = _stop_event(until_eof)
    served = [named_at(each, host, place.at) for each, place in zip(asked, places, strict=True)]
    _announce(served, bench, speed, as_json)
    serve_places(places, stop)


def _stop_event(until_eof: bool) -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if until_eof:
        threading.Thread(target=_wait_for_eof, args=(stop,), daemon=True).start()
    return stop


def _wait_for_eof(stop: threading.Event) -> None:
    while sys.stdin.read(1):
        pass
    stop.set()


def _announce(served: list[ServedTwin], bench: Path | None, speed: float, as_json: bool) -> None:
    from .twin_bench import bench_text, write_bench

    text = bench_text(served, speed)
    if bench is not None:
        write_bench(bench, text)
    if as_json:
        for each in served:
            print(json.dumps(_as_json(each)), flush=True)
        return
    for each in served:
        print(f"{each.name} twin ({each.model}) is listening: {each.address}")
    if bench is None:
        print(f"\nIn a bench file:\n\n{text}", flush=True)
    else:
        print(f"The bench file is {bench}.", flush=True)


def _as_json(each: ServedTwin) -> dict[str, object]:
    from ..drivers.simulated.catalogue import twin_kind

    kind = twin_kind(each.name)
    port = {} if each.port is None else {"port": each.port}
    return {
        "twin": each.name,
        "model": each.model,
        **port,
        "address": each.address,
        "driver": kind.driver or each.name,
        "options": dict(kind.options),
        "cell": each.cell,
    }


def check_seed(seed: int | None) -> None:
    """Raise ``ValueError`` for a number that is not the seed of a cell."""
    if seed is not None and seed < 0:
        raise ValueError(f"seed {seed} is not allowed: 0 or more")


def _check_ports(port: int, count: int) -> None:
    if not 0 <= port <= _HIGHEST_PORT:
        raise ValueError(f"port {port} is not allowed: 0 to {_HIGHEST_PORT}; 0 takes a free one")
    if port and port + count - 1 > _HIGHEST_PORT:
        raise ValueError(
            f"port {port} leaves no room for {count} twins: the last is {_HIGHEST_PORT}"
        )


def _list_twins(as_json: bool) -> None:
    from ..drivers.simulated.catalogue import TWINS

    if as_json:
        print_json(
            {
                "twins": {
                    name: {
                        "models": list(kind.models),
                        "driver": kind.driver or name,
                        "address": kind.address,
                        "simulates": kind.simulates,
                        "cells": kind.cells,
                        "many_hosts": kind.many_hosts,
                    }
                    for name, kind in TWINS.items()
                }
            }
        )
        return
    for name, kind in TWINS.items():
        print(f"{name}: {kind.simulates}")
        print(f"    models {', '.join(kind.models)}; {kind.address}")
