"""The Keysight E4990A to 120 MHz, with numbers as blocks and as text.

The cell is wired without leads and fixture: what the analyser says is what was measured.
"""

from solidcell.drivers import e4990a
from solidcell.drivers.simulated.e4990a.twin import E4990aTwin
from solidcell.drivers.visa_link import LineLink
from support.contracts.analysers import BIASED, BIASED_CURRENT
from support.contracts.bench import SegmentContract
from support.contracts.segments import CURRENT, REST, SWEEP, TOO_FAST


def contract(transfer: str) -> SegmentContract:
    """Of the analyser with its numbers in one form."""
    return SegmentContract(
        name=f"e4990a {transfer}",
        module=e4990a,
        twin=lambda rig: E4990aTwin(rig.front_end(), rig.clock),
        device=lambda wire, clock: e4990a.e4990a(
            LineLink(wire, timeout_s=2.0),
            clock=clock,
            how=e4990a.E4990ASettings(transfer=transfer),
        ),
        serial="MY54101596",
        performs={"biased": BIASED, "impedance": SWEEP, "biased current": BIASED_CURRENT},
        refuses={"galvanostat": CURRENT, "potentiostat": REST, "Hz": TOO_FAST},
    )


CONTRACTS = (contract("binary"), contract("ascii"))
