"""A long run that goes on: a program of its own that plays the worker of a critical-current test.

    python benchmarks/long_run.py FOLDER ROWS

Writes ROWS readings of 200 half-cycles at 1 s with a spectrum between them, as fast as it can,
says the run's file on standard output, and then adds ten readings a second until its standard
input is closed. Its cell and protocol are those of ``solidcell demo``.
"""

import math
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from subprocess import PIPE, Popen

from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.processes import this_process
from solidcell.acquisition.record.writer import QUEUE_ROWS, RunWriter
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.starting.job import Job
from solidcell.cli.assembling import assemble
from solidcell.cli.demo_files import write_demo_files

HALF_CYCLES = 200
POINTS = 71
OHM = 60.0


@contextmanager
def long_run(folder: Path, rows: int) -> Iterator[Path]:
    """A run of so many readings that goes on until the end of the block; gives its file."""
    command = [sys.executable, __file__, str(folder), str(rows)]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, encoding="utf-8") as writer:
        assert writer.stdout is not None
        yield Path(writer.stdout.readline().strip())


def main() -> None:
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    run = RunFolder.create(folder / "runs", "A1", "LPSCl", datetime.now())
    here = this_process().as_json()
    write_json(run.worker_file, {"supervisor": here, "worker": here})
    with RunWriter.create(run.run_file, _header(folder, run.run_id)) as writer:
        at_s = _history(writer, rows)
        sys.stdout.write(f"{run.run_file}\n")
        sys.stdout.flush()
        _go_on(writer, at_s)


def _header(folder: Path, run_id: str):
    files = write_demo_files(folder, "LPSCl", 1, "socket://127.0.0.1:1", 1.0)
    job = Job(
        run_id=run_id,
        channel="A1",
        protocol=str(files.protocol),
        bench=str(files.bench),
        cell=str(files.cell),
        operator="benchmark",
    )
    return replace(assemble(job).header, run_id=run_id)


def _history(writer: RunWriter, rows: int) -> float:
    at_s = 0.0
    writer.event(at_s, "run_started", writer.promises())
    for k in range(HALF_CYCLES):
        density = 0.2 * (1 + k // 4) * (-1) ** k
        tags = {"phase": "step", "step": k // 4, "current_density_ma_cm2": density}
        current_a = density * 0.785e-3
        settings = {"current_a": current_a, "duration_s": 5000.0, "sample_period_s": 1.0}
        number = writer.segment(at_s, "Galvanostatic", f"step {density:+g}", settings, tags)
        writer.event(at_s, "intent", {"number": number, "kind": "Galvanostatic"})
        for _ in range(rows // HALF_CYCLES):
            at_s += 1.0
            noise_v = 1e-4 * math.sin(at_s * at_s)
            writer.reading(number, at_s, OHM * current_a + noise_v, current_a, 298.15, None, 0)
        writer.event(at_s, "segment_ended", {"number": number, "end": "completed"})
        _sweep(writer, at_s, tags)
        if writer.last_seq - writer.acknowledged_seq > QUEUE_ROWS // 2:
            writer.commit()
    return at_s


def _sweep(writer: RunWriter, at_s: float, tags: dict[str, object]) -> None:
    number = writer.segment(at_s, "ImpedanceSweep", "spectrum", {}, tags)
    for k in range(POINTS):
        frequency_hz = 1e6 / 10 ** (k / 10)
        z_ohm = 30 + 30 / (1 + 2j * math.pi * frequency_hz * 1e-4)
        writer.impedance_point(number, at_s, frequency_hz, z_ohm.real, z_ohm.imag, 0)
    writer.event(at_s, "segment_ended", {"number": number, "end": "completed"})


def _go_on(writer: RunWriter, at_s: float) -> None:
    settings = {"current_a": 1e-4, "duration_s": 1e9, "sample_period_s": 0.1}
    number = writer.segment(at_s, "Galvanostatic", "goes on", settings, {})
    writer.pace(0.1)
    while not select.select([sys.stdin], [], [], 0)[0]:
        time.sleep(0.1)
        at_s += 0.1
        writer.reading(number, at_s, OHM * 1e-4, 1e-4, 298.15, None, 0)
    writer.event(at_s, "run_ended", {"reason": "completed", "detail": "nobody listens any more"})


if __name__ == "__main__":
    main()
