"""Twins of several instruments on one rig, each at a port of its own, for the length of a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.lease import _file_name
from solidcell.acquisition.processes import ProcessId
from solidcell.drivers.clock import Clock, SystemClock
from solidcell.drivers.simulated.catalogue import TWINS, make_twin
from solidcell.drivers.simulated.places import place_of
from solidcell.drivers.simulated.rig import Rig, load_rig
from solidcell.drivers.simulated.serve import serve_places

PATIENCE_S = 10.0


@dataclass(frozen=True)
class TwinBench:
    rig: Rig
    ports: tuple[int, ...]
    addresses: tuple[str, ...]


@contextmanager
def bench_of_twins(
    *names: str, clock: Clock | None = None, cell: str = "llzo"
) -> Iterator[TwinBench]:
    """Serve these twins, all wired to one cell, until the end of the block."""
    clock = clock or SystemClock()
    rig = load_rig(cell, clock, cells=max(TWINS[name].cells for name in names))
    places = [place_of(make_twin(rig, name), clock, "127.0.0.1", 0) for name in names]
    ports = tuple(int(place.at) for place in places)
    addresses = tuple(
        TWINS[name].address.format(host="127.0.0.1", port=port)
        for name, port in zip(names, ports, strict=True)
    )
    stop = threading.Event()
    server = threading.Thread(target=serve_places, args=(places, stop))
    server.start()
    try:
        yield TwinBench(rig, ports, addresses)
    finally:
        stop.set()
        server.join(PATIENCE_S)
        assert not server.is_alive()


def held_by_another(folder: Path, name: str, run_id: str, pid: int) -> None:
    """Leave behind what a living process that has leased ``name`` leaves."""
    folder.mkdir(parents=True, exist_ok=True)
    holder = {"name": name, "run_id": run_id, **ProcessId.of(pid).as_json()}
    write_json(folder / f"{_file_name(name)}.json", holder)
