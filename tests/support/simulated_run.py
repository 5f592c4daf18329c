"""A protocol carried out by the worker on a simulated cell, through an instrument's bytes."""

from pathlib import Path

from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocols import build_plan, load_protocol
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.preview.healthy_judge import HealthyJudge
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.worker.run_channel import run_channel
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.simulated.cell_file import load_front_end
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import InProcessLink
from support.runs import header

LIMITS = Limits.of("bench", {"voltage_min_v": -1.0, "voltage_max_v": 9.0, "current_max_a": 0.05})

RECORD = """\
name: {name}
electrolyte: {electrolyte}
thickness_um: 800
temperature_c: 25
stack_pressure_mpa: 5
electrode_area_cm2: 0.785
working_electrode: {working}
counter_electrode: Li
"""


def run_simulated(
    folder: Path,
    cell: str | FrontEnd,
    segments: str,
    *,
    name: str = "simulated",
    electrolyte: str = "LPSCl",
    working: str = "Li",
) -> Path:
    """Carry out a sequence (its ``segments:`` block, indented) and return the run file."""
    folder.mkdir(parents=True, exist_ok=True)
    record, protocol = folder / "cell.yaml", folder / "protocol.yaml"
    record.write_text(RECORD.format(name=name, electrolyte=electrolyte, working=working))
    protocol.write_text(f"protocol: sequence\nname: {name}\nsegments:\n{segments}")
    of, clock = load_cell(record), JumpClock()
    front_end = load_front_end(cell) if isinstance(cell, str) else cell
    twin = MethodScriptTwin(front_end, clock, model="nexus")
    device = MethodScriptPotentiostat(InProcessLink(twin, clock), clock=clock, line_pause_s=0.0)
    device.connect()
    path = folder / f"{name}.run.sqlite"
    with RunWriter.create(
        path, header(cell=of.as_json(), run_id=name), group_commit_s=60.0
    ) as writer:
        plan = build_plan(load_protocol(protocol), of, HealthyJudge())
        run_channel(plan, device, writer, clock, LIMITS, NoStop())
    return path
