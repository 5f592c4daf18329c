"""Every figure of the impedance engine in one run, written to docs/benchmarks/impedance.md.

    OMP_NUM_THREADS=1 python benchmarks/impedance_figures.py

Runs the benchmarks beside this file one after another, each in a process of its own on one core,
and writes what they print. The other programs are those that can be imported; pyimpspec (GPL-3)
is one's own choice: ``pip install pyimpspec``.
"""

import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "docs" / "benchmarks" / "impedance.md"
PARTS = (
    ("Optimum and speed", "impedance_engine.py", "How often the best fit is found with no start."),
    ("Beside other programs", "impedance_peers.py", "The same spectra, the same core, one run."),
    ("Intervals", "impedance_coverage.py", "How often a 95 % interval holds the truth."),
    ("Number of arcs", "impedance_identify.py", "Circuits chosen without being told."),
    ("Kramers-Kronig test", "kramers_kronig.py", "What it passes, what it catches, what it costs."),
    ("Relaxation times", "relaxation_times.py", "Peaks, band and cost."),
    ("Series", "impedance_series.py", "Spectra over temperature fitted together."),
)
PACKAGES = ("numpy", "scipy", "impedance", "pyimpspec")


def version(package: str) -> str:
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{package} not installed"


def run(script: str) -> str:
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / script)],
        env={**os.environ, **threads, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{script} failed:\n{done.stderr}")
    return done.stdout.rstrip()


def main() -> None:
    lines = [
        "# The impedance engine, measured",
        "",
        "Written by `OMP_NUM_THREADS=1 python benchmarks/impedance_figures.py`; each part can be "
        "run on its own. Times are processor time of one core.",
        "",
        f"Python {platform.python_version()}, {', '.join(map(version, PACKAGES))}.",
    ]
    for title, script, about in PARTS:
        print(f"{title} …", flush=True)
        lines += ["", f"## {title}", "", f"{about} `python benchmarks/{script}`", "", "```"]
        lines += [run(script), "```"]
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    draft = DOCUMENT.with_suffix(".draft")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    draft.replace(DOCUMENT)
    print(DOCUMENT)


if __name__ == "__main__":
    main()
