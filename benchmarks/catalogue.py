"""How long it takes to find a run among ten thousand, and to make their catalogue.

    python benchmarks/catalogue.py [--runs 10000] [--made 500]

CPU time of this process, the least of five tries. ``refresh`` looks at every folder and finds
nothing changed; ``find`` is one search; ``solidcell runs`` is both, with the start of the program
and the printing. ``made`` is the reading of run files that the catalogue does not know yet.
"""

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from solidcell.acquisition.catalogue.database import open_file, open_in_memory
from solidcell.acquisition.catalogue.refresh import refresh
from solidcell.acquisition.catalogue.run_files import run_files
from solidcell.acquisition.catalogue.search import Search, find
from solidcell.acquisition.catalogue.summary import read_summary
from solidcell.acquisition.catalogue.tables import CELL, RUN
from solidcell.acquisition.catalogue.upsert import upsert
from solidcell.acquisition.catalogue.wording import folded
from support.catalogued_runs import make_run, set_times

SEARCHES = {
    "all": Search(),
    "electrolyte": Search(electrolyte="llzo"),
    "cell, state": Search(cell="LPSCl-12*", text="completed"),
    "text": Search(text="batch 77"),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=10_000)
    asked.add_argument("--made", type=int, default=500)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "runs"
        fill(data, options.runs)
        with open_file(data / "lab.sqlite") as catalogue:
            size_mb = (data / "lab.sqlite").stat().st_size / 1e6
            print(f"{options.runs} runs, catalogue of {size_mb:.0f} MB")
            print(f"refresh, nothing changed  {least(lambda: refresh(catalogue, data)):.3f} s")
            for name, search in SEARCHES.items():
                count = len(find(catalogue, search))
                took_s = least(lambda search=search: find(catalogue, search))
                print(f"find {name:20} {took_s:.3f} s   {count} runs")
        command = [sys.executable, "-m", "solidcell", "runs", "--data", str(data)]
        took_s = of_child([*command, "--electrolyte", "LLZO", "--channel", "A7", "--json"])
        print(f"solidcell runs            {took_s:.3f} s")
        made = Path(folder) / "made"
        copies(made, options.made)
        with open_in_memory() as fresh:
            took_s = least(lambda: refresh(fresh, made, everything=True), tries=1)
        print(f"made, each run            {took_s / options.made * 1e3:.2f} ms")


def fill(data: Path, count: int) -> None:
    """Folders with run files that are never opened, and rows that fit them."""
    drawn = random.Random(1)
    model = make_run(data, "model", cell_text="x" * 900, protocol_text="y" * 900)
    set_times(data, 1.0e9)
    summary = read_summary(data, run_files(data)[0], None)
    for number in range(count):
        folder = data / f"2026-run-{number}"
        folder.mkdir()
        (folder / f"{folder.name}.run.sqlite").write_bytes(b"never opened")
        os.utime(folder / f"{folder.name}.run.sqlite", (1.0e9, 1.0e9))
    shutil.rmtree(model.parent)
    cells, runs = [], []
    for number, file in enumerate(run_files(data)):
        electrolyte = drawn.choice(["LLZO", "LPSCl", "Li3PS4"])
        name = f"{electrolyte}-{number % 500}"
        names = {"name": name, "name_folded": folded(name)}
        kind = {"electrolyte": electrolyte, "electrolyte_folded": folded(electrolyte)}
        cells.append({**summary.cell, "digest": f"c{number}", **names, **kind})
        text = f"{summary.run['search_text']} batch {number % 100}"
        channel = f"A{number % 64}"
        runs.append(
            {
                **summary.run,
                "key": f"k{number}",
                "path": file.path,
                "fingerprint": file.fingerprint,
                "channel": channel,
                "channel_folded": folded(channel),
                "cell_digest": f"c{number}",
                "search_text": text,
            }
        )
    with open_file(data / "lab.sqlite") as catalogue, catalogue.writing() as connection:
        upsert(connection, CELL, cells)
        upsert(connection, RUN, runs)


def copies(data: Path, count: int) -> None:
    model = make_run(data, "run-0", readings=1000)
    for number in range(1, count):
        folder = data / f"run-{number}"
        folder.mkdir()
        shutil.copyfile(model, folder / f"{folder.name}.run.sqlite")


def least(work: Callable[[], object], tries: int = 5) -> float:
    took_s = []
    for _ in range(tries):
        began_s = time.process_time()
        work()
        took_s.append(time.process_time() - began_s)
    return min(took_s)


def of_child(command: list[str], tries: int = 5) -> float:
    took_s = []
    for _ in range(tries):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took_s.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(took_s)


if __name__ == "__main__":
    main()
