"""A simulated BTS server before cells that remember, on a clock that leaps; and its hosts."""

from pathlib import Path
from types import SimpleNamespace

from solidcell.drivers.clock import JumpClock
from solidcell.drivers.neware.cycler import NewareChannel
from solidcell.drivers.neware.job_folder import JobFolder
from solidcell.drivers.neware.ranges import ChannelRange
from solidcell.drivers.neware.requests import ChannelKey
from solidcell.drivers.simulated.neware.server import NewareServer
from solidcell.drivers.simulated.serve import InProcessLink
from support.methodscript_bench import DebyeCell

RANGE = ChannelRange(voltage_min_v=-5.0, voltage_max_v=5.0, current_max_a=0.1)


class Bench:
    """``server`` with a slow cell of 150 ohm on each of its first channels."""

    def __init__(self, jobs: Path, cells: int = 1, **habits) -> None:
        self.clock, self.jobs = JumpClock(), jobs
        self.cells = [DebyeCell(r1_ohm=100.0, c1_f=0.05) for _ in range(cells)]
        rig = SimpleNamespace(clock=self.clock, front_end=lambda *, cell: self.cells[cell])
        self.server = NewareServer(rig, cells=cells, **habits)

    def link(self) -> InProcessLink:
        return InProcessLink(self.server.session(), self.clock)

    def device(self, link=None, key: str = "21-1-1", **settings) -> NewareChannel:
        return NewareChannel(
            self.link() if link is None else link,
            ChannelKey.parsed(key),
            RANGE,
            JobFolder(self.jobs, str(self.jobs)),
            clock=self.clock,
            **settings,
        )

    def channel(self, key: tuple[int, int, int] = (21, 1, 1)):
        return self.server.channels[key]


class Socket:
    """What aurora-neware takes for a socket, straight into the server."""

    def __init__(self, bench: Bench) -> None:
        self._twin, self._waiting = bench.server.session(), b""
        self.sent: list[bytes] = []

    def connect(self, address) -> None:
        pass

    def sendall(self, data: bytes) -> None:
        self.sent.append(data)
        self._waiting += self._twin.receive(data)

    def recv(self, size: int) -> bytes:
        piece, self._waiting = self._waiting[:size], self._waiting[size:]
        return piece

    def close(self) -> None:
        pass


def carried_out(device, segment):
    """All rows, and how the segment ended."""
    ends = []

    def course():
        ends.append((yield from device.perform(segment)))

    return [one for one in course() if one is not None], ends[0]
