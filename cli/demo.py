"""``solidcell demo``: the whole way, from a potentiostat twin to a report, in about a minute."""

import signal
import time
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from .answer import AsJson, print_json, say
from .demo_files import DEMO_CELLS, DemoFiles, write_demo_files
from .twin import check_seed

_FASTEST = 1_000_000  # as a bench file allows


def demo(
    preset: Annotated[
        str, typer.Option(help=f"The simulated material: {', '.join(DEMO_CELLS)}.")
    ] = "LPSCl",
    seed: Annotated[int, typer.Option(help="Which individual cell of that material.")] = 1,
    speed: Annotated[float, typer.Option(help="Seconds of the cell per second.")] = 2000.0,
    out: Annotated[
        Path | None, typer.Option(help="Where everything goes; a new folder if unset.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a critical-current test on a simulated cell, to a report.

    A real driver speaks MethodSCRIPT over TCP to a potentiostat twin; a detached worker records;
    the critical current is found, reported, and compared with the cell's hidden truth.
    """
    began = time.monotonic()
    if preset not in DEMO_CELLS:
        raise ValueError(f"{preset!r} is not a preset; there are {', '.join(DEMO_CELLS)}")
    check_seed(seed)
    if not 1 <= speed <= _FASTEST:
        raise ValueError(f"speed {speed:g} is not allowed: 1 to {_FASTEST}")
    from ..acquisition.session import start_run
    from .twin_process import twin_process
    from .watch import follow

    _unwind_when_ended()
    folder = (out or _new_folder(preset, seed)).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    truth = folder / "hidden-truth.jsonl"
    cell = DEMO_CELLS[preset]
    say(f"demonstration in {folder}")
    with twin_process(
        "methodscript", cell=cell.twin_cell, seed=seed, speed=speed, truth=truth
    ) as address:
        files = write_demo_files(folder, preset, seed, address, speed)
        say(f"a potentiostat twin listens on {address}; its time runs {speed:g} times faster")
        runs = folder / "runs"
        try:
            started = start_run(
                protocol=files.protocol,
                bench=files.bench,
                cell=files.cell,
                channel="A1",
                data_dir=runs,
            )
            state = follow(started.run_file, say)
        except BaseException:
            _end_all(runs)  # before the twin goes: the cell is to be left open
            raise
    say(f"{state.state}: {state.detail}; writing the report")
    from ..analysis.report import write_report  # not before: the run need not wait for it
    from .truth import true_critical_current_ma_cm2

    report = write_report(started.run_file, started.run_file.parent / "report")
    answer = _answer(report, started.run_file, state.state)
    answer["ccd_true_ma_cm2"] = true_critical_current_ma_cm2(truth, *_nominal(files))
    answer["wall_s"] = round(time.monotonic() - began, 2)
    if as_json:
        print_json(answer)
    else:
        _print(answer, folder)


def _unwind_when_ended() -> None:
    """Let ``kill`` and a closed terminal end this process as Ctrl+C does, step by step."""

    def leave(number: int, frame: FrameType | None) -> None:
        del frame
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):  # Windows has only the first
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)


def _end_all(runs: Path) -> None:
    """Stop what is left in the middle, and wait until its cell is open.

    Nothing is told: nobody may be there any more to listen.
    """
    from ..acquisition.session import StopRefusedError, request_stop
    from .watch import follow

    for run_file in runs.glob("*/*.run.sqlite"):
        try:
            request_stop(run_file, "solidcell demo", emergency=True)
        except StopRefusedError:
            continue
        follow(run_file, lambda _: None)


def _new_folder(preset: str, seed: int) -> Path:
    from ..acquisition.session import default_data_dir

    stamp = datetime.now().strftime("%Y-%m-%dT%H%M%S")
    return default_data_dir().parent / "demo" / f"{stamp}_{preset}_seed-{seed}"


def _nominal(files: DemoFiles) -> tuple[float, list[float]]:
    """Return the electrode area in m² and every nominal current density in mA/cm²."""
    from ..acquisition.preview.preflight import preflight

    checked = preflight(files.protocol, files.bench, "A1", files.cell)
    densities = {
        float(planned.segment.tags["current_density_ma_cm2"] or 0.0)
        for planned in checked.preview.segments
        if "current_density_ma_cm2" in planned.segment.tags
    }
    return checked.cell.electrode_area_m2, sorted(densities)


def _answer(report: Any, run_file: Path, state: str) -> dict[str, Any]:
    found = report.summary["critical_current"]
    if found is None:
        raise RuntimeError(f"{run_file} holds no critical-current test")
    return {
        "run_file": run_file,
        "state": state,
        "report_html": report.html,
        "report_pdf": report.pdf,
        "ccd_passed_ma_cm2": found["passed_ma_cm2"],
        "ccd_failed_ma_cm2": found["failed_ma_cm2"],
        "failure": found["failure"],
        "evidence": found["evidence"],
        "evidence_grade": found["evidence_grade"],
    }


def _print(answer: dict[str, Any], folder: Path) -> None:
    passed, failed = answer["ccd_passed_ma_cm2"], answer["ccd_failed_ma_cm2"]
    true = answer["ccd_true_ma_cm2"]
    upper = "and did not fail" if failed is None else f"and failed at {failed:g} mA/cm²"
    print(f"critical current    passed {passed:g} {upper}")
    print(f"failure             {answer['failure']}, evidence of grade {answer['evidence_grade']}")
    for sentence in answer["evidence"]:
        print(f"                    {sentence}")
    print(f"hidden truth        {'the cell never failed' if true is None else f'{true:g} mA/cm²'}")
    print(f"record              {answer['run_file']}")
    print(f"report              {answer['report_html']}")
    print(f"                    {answer['report_pdf']}")
    print(f"everything          {folder}")
    print(f"wall time           {answer['wall_s']:g} s")
