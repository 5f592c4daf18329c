"""Days of a cell's life with faults drawn at random, and an oracle that knows the true cell.

    python benchmarks/acquisition_soak.py [hours] [seed] [--speed N] [--json FILE] [--keep DIR]

One channel, run after run, by the real path: supervisor, worker, driver, TCP, a twin before a
simulated cell. Its wire is damaged, cut and silent, its workers are killed, frozen, paused, skipped
and stopped, the wall clock is set, the disk is slow or fails, a voltage runs away; all drawn from
the seed. Afterwards every row of every record is compared with what the instrument said, bit for
bit, and the charge with what really flowed. Ends with exit code 1 if anything promised was not
kept. Linux and a C compiler for faults of disk and wall clock.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.soak import Soak
from support.soak_figures import is_good, latencies, rows, told


def main() -> int:
    asked = _arguments()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name) if asked.keep is None else asked.keep
        folder.mkdir(exist_ok=True)
        soak = Soak(
            folder,
            seed=asked.seed,
            speed=asked.speed,
            between_s=asked.between_min * 60.0,
            hours=asked.hours,
        )
        result = soak.run(lambda text: print(text, flush=True))
    print()
    for line in told(result):
        print(line)
    if asked.json:
        figures = {"rows": rows(result), "wrong": result.wrong, "latencies": latencies(result)}
        asked.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    return int(not is_good(result))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("hours", nargs="?", type=float, default=72.0)
    parser.add_argument("seed", nargs="?", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1000.0)
    parser.add_argument("--between-min", type=float, default=30.0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="keep the runs in this folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
