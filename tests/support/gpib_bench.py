"""Instruments on a GPIB bus behind a twin of an adapter, on a clock that leaps."""

from collections.abc import Mapping

from solidcell.drivers.clock import Clock
from solidcell.drivers.gpib_link import GpibLink
from solidcell.drivers.link import ByteLink
from solidcell.drivers.prologix_link import PrologixBus, PrologixPort, Station
from solidcell.drivers.simulated.prologix import Instrument, PrologixTwin
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.simulated.twin import Twin

EOI_ONLY: Mapping[str, object] = {"commands_end_with": "nothing", "answers_end_with_lf": False}


def eoi_link(wire: ByteLink, address: int = 5) -> GpibLink:
    """The way to an instrument whose messages end with EOI alone."""
    station = Station(primary=address, commands_end_with="nothing", answers_end_with_lf=False)
    return GpibLink(PrologixPort(PrologixBus(wire), station), timeout_s=2.0)


def line_link(wire: ByteLink, address: int = 4, **more: str) -> GpibLink:
    """The way to an instrument whose messages end with CR LF."""
    return GpibLink(
        PrologixPort(PrologixBus(wire), Station(primary=address)), timeout_s=2.0, **more
    )


def behind_adapter(
    clock: Clock, twin: Twin, address: int = 5, *, eoi: bool = False
) -> PrologixTwin:
    """One instrument behind an adapter."""
    return PrologixTwin(clock, {address: Instrument(twin, ends_with_eoi=eoi)})


def wire_to(adapter: PrologixTwin, clock: Clock) -> InProcessLink:
    """A wire to the adapter, in this process."""
    return InProcessLink(adapter, clock)
