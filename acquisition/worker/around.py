"""Opening what stands around a channel: its gauges, and its share of an oven."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

from ...drivers.clock import Clock
from ..instruments.channels import ChannelSpec
from ..instruments.opening import open_gauge
from ..ovens.client import OvenClient
from ..surroundings.gauge_watch import GaugeWatch
from .access import GaugeAccess
from .surroundings import PRESSURE, Surroundings


@contextmanager
def surroundings_of(channel: ChannelSpec, clock: Clock, run_id: str) -> Iterator[Surroundings]:
    """Read the gauges of a channel and watch its oven until the end of the block.

    A gauge that does not answer is tried again and again; nothing here fails because of it, nor
    because it cannot be closed.
    """
    with ExitStack() as held:
        gauges: dict[str, GaugeAccess] = {}
        for spec in channel.gauges:
            name = spec.name or PRESSURE
            opened = partial(open_gauge, spec, channel.position, clock)
            watch = GaugeWatch(name, opened, speed=channel.clock_speed)
            held.callback(_close, watch)
            gauges[name] = watch.__enter__()
        oven = None
        if channel.oven is not None:
            oven = OvenClient(channel.oven, run_id=run_id)
            held.callback(oven.close)
            oven.watch()
        yield Surroundings(clock, oven, gauges)


def _close(watch: GaugeWatch) -> None:
    with suppress(TimeoutError):  # its thread dies with this process
        watch.close()
