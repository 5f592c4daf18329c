"""Puts a twin on a free TCP port for the length of a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from solidcell.drivers.clock import Clock
from solidcell.drivers.simulated.serve import serve_tcp
from solidcell.drivers.simulated.twin import Twin

PATIENCE_S = 10.0


@contextmanager
def served(twin: Twin, clock: Clock) -> Iterator[int]:
    """Yield the port on which ``twin`` answers."""
    ports: list[int] = []
    is_ready, stop = threading.Event(), threading.Event()

    def ready(port: int) -> None:
        ports.append(port)
        is_ready.set()

    thread = threading.Thread(target=serve_tcp, args=(twin, clock, "127.0.0.1", 0, ready, stop))
    thread.start()
    try:
        assert is_ready.wait(PATIENCE_S), "the twin was not served in time"
        yield ports[0]
    finally:
        stop.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
