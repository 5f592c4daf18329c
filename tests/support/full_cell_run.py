"""Runs of a simulated full cell: a protocol, carried out by the worker through a source meter."""

from pathlib import Path

from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocols import build_plan, load_protocol
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.preview.healthy_judge import HealthyJudge
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.worker.run_channel import run_channel
from solidcell.drivers.simulated.electronics import TYPICAL, Electronics
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.full_cell.cell import FullCell
from support.runs import header
from support.source_meter_bench import SourceMeterBench

LIMITS = Limits.of("bench", {"voltage_min_v": 0.0, "voltage_max_v": 5.0, "current_max_a": 0.05})

CELL = """\
name: full cell
electrolyte: LPSCl
thickness_um: 500
temperature_c: 25
electrode_area_cm2: 0.785
working_electrode: NMC
counter_electrode: Li
active_material: NMC
active_mass_mg: {mass_mg:.6g}
"""


def run_full_cell(
    folder: Path, cell: FullCell, segments: str, electronics: Electronics = TYPICAL
) -> Path:
    """Carry out a sequence (its ``segments:`` block, indented) and return the run file."""
    folder.mkdir(parents=True, exist_ok=True)
    record, written = folder / "cell.yaml", folder / "protocol.yaml"
    record.write_text(CELL.format(mass_mg=cell.active_mass_kg * 1e6), encoding="utf-8")
    written.write_text(f"protocol: sequence\nname: full cell\nsegments:\n{segments}")
    of = load_cell(record)
    bench = SourceMeterBench(FrontEnd(cell, electronics, seed=7))
    path = folder / "full.run.sqlite"
    with RunWriter.create(path, header(cell=of.as_json()), group_commit_s=60.0) as writer:
        plan = build_plan(load_protocol(written), of, HealthyJudge())
        run_channel(plan, bench.device, writer, bench.clock, LIMITS, NoStop())
    return path
