"""The Keysight E4980A with its bias option, with numbers as blocks and as text.

The cell is wired without leads and fixture: what the meter says is what was measured.
"""

from solidcell.drivers import e4980a
from solidcell.drivers.simulated.e4980a.twin import E4980aTwin
from solidcell.drivers.visa_link import LineLink
from support.contracts.analysers import BIASED, BIASED_CURRENT
from support.contracts.bench import SegmentContract
from support.contracts.segments import CURRENT, REST, SWEEP, TOO_FAST


def contract(transfer: str) -> SegmentContract:
    """Of the meter with its numbers in one form."""
    return SegmentContract(
        name=f"e4980a {transfer}",
        module=e4980a,
        twin=lambda rig: E4980aTwin(rig.front_end(), rig.clock, "e4980a-001"),
        device=lambda wire, clock: e4980a.e4980a(
            LineLink(wire, timeout_s=2.0),
            clock=clock,
            how=e4980a.E4980ASettings(aperture="SHOR", transfer=transfer),
        ),
        serial="MY46618801",
        performs={"biased": BIASED, "impedance": SWEEP, "biased current": BIASED_CURRENT},
        refuses={"galvanostat": CURRENT, "potentiostat": REST, "Hz": TOO_FAST},
    )


CONTRACTS = (contract("binary"), contract("ascii"))
