"""Kills the processes of a run at random moments: rows lost, and time until the cell is open.

    python benchmarks/record_kill9.py [kills] [--seed 0] [--lanes 4] [--results FILE]
                                      [--json FILE]

Each trial starts a whole run, as ``solidcell run`` does, in front of a twin with a simulated
LPSCl cell; one half of them a potentiostat, the other a source meter. It kills the worker with
SIGKILL (70 of 100), the supervisor (10) or both at once (20): at a random moment (60 of 100), or
from within the instrument, the instant it has set its source (30) or opened it (10), so that
the change is neither answered nor logged. A row is acknowledged once another process could read
it before the kill. Checked each time: no acknowledged row lost or changed, no row missing in
between, the file opens with the ``sqlite3`` shell and is whole, every current that was ever
switched on has its durable intent in the record, and the cell is open in the end.

Who opens it: the supervisor, if the worker died; the worker, on a stop, if the supervisor died;
nobody, if both did, until a person does (``solidcell recover``), which is counted apart. With
--results every trial is a line of that file, and a run that was broken off goes on where it was;
a trial whose run could not begin within a minute is no trial, and is tried again then.
Exit code 1 if a promise was broken.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil
from record_kill9_trial import NotBegunError, carry_out, draw
from solidcell.acquisition.lease import LeaseTakenError
from solidcell.acquisition.session import RecoveryRefusedError
from solidcell.drivers.errors import DriverError

SAFE_WITHIN_S = 5.0
REFUSED = (LeaseTakenError, RecoveryRefusedError)


def main() -> int:
    asked = _arguments()
    results = [trial for trial in _known(asked.results) if trial["number"] < asked.kills]
    known = {trial["number"] for trial in results}
    wanted = [number for number in range(asked.kills) if number not in known]
    print(f"{len(known)} trials known, {len(wanted)} to do; load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as state:
        os.environ["XDG_STATE_HOME"] = state  # the leases of this benchmark are its own
        for trial in _trials(wanted, asked.seed, asked.lanes):
            if "not_begun" in trial:
                print(f"      {trial['number']} was not begun: {trial['not_begun']}", flush=True)
                continue
            results.append(trial)
            _keep(asked.results, trial)
            print(f"{len(results):5d} {_in_short(trial)}", flush=True)
    for figure, asked_for, measured in rows(results):
        print(f"{figure:44} {asked_for:7} {measured}")
    if asked.json is not None:
        asked.json.write_text(json.dumps({"rows": rows(results)}, indent=1), encoding="utf-8")
    return int(any(broken(results).values()) or len(results) < asked.kills)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kills", nargs="?", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lanes", type=int, default=4, help="runs side by side")
    parser.add_argument("--results", type=Path)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _trials(numbers: Sequence[int], seed: int, lanes: int) -> Any:
    with ProcessPoolExecutor(lanes, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_carry_out, seed, number) for number in numbers]
        for done in as_completed(waiting):
            yield done.result()


def _carry_out(seed: int, number: int) -> dict[str, Any]:
    """One trial; one that came to no end is a result too."""
    drawn = draw(seed, number)
    try:
        return carry_out(drawn)
    except NotBegunError as error:
        return {**vars(drawn), "not_begun": str(error)}
    except (TimeoutError, RuntimeError, psutil.Error, DriverError, *REFUSED) as error:
        return {**vars(drawn), "error": f"{type(error).__name__}: {error}"}


def _known(file: Path | None) -> list[dict[str, Any]]:
    if file is None or not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _keep(file: Path | None, trial: dict[str, Any]) -> None:
    if file is not None:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(trial) + "\n")


def _in_short(trial: dict[str, Any]) -> str:
    who = f"{trial['driver']:13} {trial['victims']:10} {trial['moment']:8}"
    if "error" in trial:
        return f"{who} {trial['error']}"
    return (
        f"{who} acknowledged {trial['acknowledged']:4d} lost {trial['lost']} "
        f"{trial['shell']:12} driven {trial['driven']!s:5} open after {trial['safe_after_s']:.2f} s"
    )


def broken(results: list[dict[str, Any]]) -> dict[str, int]:
    """How often each promise was broken."""
    done = [trial for trial in results if "error" not in trial]
    return {
        "trials that came to no end": len(results) - len(done),
        "acknowledged rows lost or changed": sum(t["lost"] for t in done),
        "files the sqlite3 shell finds not whole": sum(not t["whole"] for t in done),
        "cells driven without a durable intent": sum(not t["intended"] for t in done),
        "cells not open in the end": sum(not t["open"] for t in done),
        "cells open later than 5 s": sum(
            t["safe_after_s"] > SAFE_WITHIN_S for t in done if t["victims"] != "both"
        ),
    }


def rows(results: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return (figure, asked, measured), for people."""
    done = [trial for trial in results if "error" not in trial]
    who, when = Counter(t["victims"] for t in done), Counter(t["moment"] for t in done)
    orphans = [t for t in done if t["victims"] == "both"]
    kept = [t for t in done if t["victims"] != "both"]
    return [
        ("kills", "1000", f"{len(results)}"),
        (
            "  of worker, supervisor, both",
            "",
            f"{who['worker']}, {who['supervisor']}, {who['both']}",
        ),
        ("  the instant the source was set, opened", "", f"{when['setting']}, {when['opening']}"),
        ("acknowledged rows", "", f"{sum(t['acknowledged'] for t in done)}"),
        *((name, "0", f"{count}") for name, count in broken(results).items()),
        ("from the kill to the open cell", "<= 5 s", _spread(kept)),
        ("both killed: from recover to the open cell", "", _spread(orphans)),
    ]


def _spread(trials: list[dict[str, Any]]) -> str:
    times_s = sorted(t["safe_after_s"] for t in trials if t["driven"])
    if not times_s:
        return "none was driven"
    return f"{statistics.median(times_s):.2f} s median, {times_s[-1]:.2f} s at most"


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    sys.exit(main())
