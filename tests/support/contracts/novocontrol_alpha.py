"""The Novocontrol Alpha-A on a GPIB bus behind an adapter."""

from solidcell.drivers import novocontrol_alpha
from solidcell.drivers.simulated.novocontrol_alpha import NovocontrolAlphaTwin
from support.contracts.bench import SegmentContract
from support.contracts.segments import CURRENT, SWEEP, TOO_FAST
from support.gpib_bench import behind_adapter, eoi_link

CONTRACT = SegmentContract(
    name="novocontrol_alpha",
    module=novocontrol_alpha,
    twin=lambda rig: behind_adapter(
        rig.clock, NovocontrolAlphaTwin(rig.front_end(), rig.clock), eoi=True
    ),
    device=lambda wire, clock: novocontrol_alpha.NovocontrolAlpha(
        eoi_link(wire), clock, how=novocontrol_alpha.AlphaSettings(integration_s=0.1)
    ),
    serial="400_40_736_ATBF_16012018_G3",
    performs={"impedance": SWEEP},
    refuses={"galvanostat": CURRENT, "Hz": TOO_FAST},
)
