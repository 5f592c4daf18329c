"""The figures of acquisition, and docs/benchmarks/acquisition.md.

    python benchmarks/acquisition_figures.py [PART …] [--quick] [--kept FOLDER]

Runs the benchmarks named (all of them without a name; --list tells them) one after another, each
in processes of its own, and keeps what they found in a folder (build/acquisition; another one for
--quick). Kills and power cuts that were broken off go on where they were; delete the folder to
begin anew. The page is written from what is kept, so that one part can be repeated alone; --quick
prints the table and leaves the page as it is. In full it takes three hours on a quiet machine.
Peers are those that can be imported; ``QCODES_PYTHON`` names the interpreter that has QCoDeS.
Exit code 1 if a part missed what was asked of it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from acquisition_parts import HERE, PARTS, Part, machine, why_not

ROOT = HERE.parent
DOCUMENT = ROOT / "docs" / "benchmarks" / "acquisition.md"


def main() -> int:
    asked = _arguments()
    if asked.list:
        for part in PARTS:
            print(f"{part.name:10} {part.title}")
        return 0
    kept: Path = asked.kept or ROOT / "build" / f"acquisition{'-quick' if asked.quick else ''}"
    kept.mkdir(parents=True, exist_ok=True)
    failed = [
        part.name for part in PARTS if part.name in asked.parts and not _run(part, kept, asked)
    ]
    if asked.quick:
        print("\n".join(_sections(kept, asked.parts)))
    else:
        _write_page(kept)
    if failed:
        print(f"missed what was asked of it: {', '.join(failed)}")
    return int(bool(failed))


def _arguments() -> argparse.Namespace:
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(names))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--page", action="store_true", help="write the page again, run nothing")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(names):
        parser.error(f"{', '.join(sorted(unknown))}: there are {', '.join(names)}")
    asked.parts = [] if asked.page else asked.parts or names
    return asked


def _run(part: Part, kept: Path, asked: argparse.Namespace) -> bool:
    """Run a part and keep how that went; return whether it kept its promises."""
    if reason := why_not(part):
        print(f"{part.name}: {reason}")
        return True
    print(f"{part.title} …", flush=True)
    before, began_s = os.getloadavg(), time.monotonic()
    with (kept / f"{part.name}.log").open("a", encoding="utf-8") as log:
        done = subprocess.run(
            part.to_run(kept, quick=asked.quick),
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
            cwd=ROOT,
            stdout=log,
            stderr=log,
            check=False,
        )
    after = os.getloadavg()
    about = {
        "utc": datetime.now(UTC).isoformat(timespec="minutes"),
        "took_s": time.monotonic() - began_s + _took_before_s(part, kept),
        "load": [before[0], after[0]],
        "machine": machine(),
        "exit_code": done.returncode,
        "command": " ".join(part.command(part.quick if asked.quick else part.full)),
    }
    (kept / f"{part.name}.about.json").write_text(json.dumps(about), encoding="utf-8")
    if done.returncode:
        print(f"  exit code {done.returncode}; see {kept / part.name}.log")
    return done.returncode == 0


def _took_before_s(part: Part, kept: Path) -> float:
    """The time that a part has taken already, if it goes on where it was."""
    about_file = kept / f"{part.name}.about.json"
    if "--results" not in part.keeps or not about_file.exists():
        return 0.0
    return float(json.loads(about_file.read_text(encoding="utf-8"))["took_s"])


def _sections(kept: Path, names: list[str]) -> list[str]:
    return [line for part in PARTS if part.name in names for line in _section(part, kept)]


def _section(part: Part, kept: Path) -> list[str]:
    about_file, figures = kept / f"{part.name}.about.json", kept / f"{part.name}.json"
    if not (about_file.exists() and figures.exists()):
        reason = why_not(part) or "not run"
        return ["", f"## {part.title}", "", part.about, "", f"{reason.capitalize()}."]
    about: dict[str, Any] = json.loads(about_file.read_text(encoding="utf-8"))
    load = " and ".join(f"{value:.1f}" for value in about["load"])
    lines = ["", f"## {part.title}", "", part.about, "", f"`{about['command']}`", ""]
    lines += ["| figure | asked | measured |", "| --- | --- | --- |"]
    for figure, wanted, measured in part.read(figures):
        lines.append(f"| {_cell(figure)} | {_cell(wanted)} | {_cell(measured)} |")
    ended = "" if about["exit_code"] == 0 else " **It missed what was asked of it.**"
    when = f"{about['utc'].partition('T')[0]}, {about['took_s'] / 60:.0f} min"
    return [*lines, "", f"{when}; load before and after {load}; {about['machine']}.{ended}"]


def _cell(text: str) -> str:
    indent = "&emsp;" if text.startswith("  ") else ""
    return indent + text.strip().replace("|", "\\|").replace("<", "&lt;")


def _write_page(kept: Path) -> None:
    lines = [
        "# Acquisition, measured",
        "",
        "Written by `python benchmarks/acquisition_figures.py`; each part can be repeated by its",
        "name. What the figures mean, and on what they rest: [trust](../explanation/trust.md).",
        "Counts are good on any machine; times are of the machine and the load that stand under",
        "each table. The other programs ran beside ours, on the same disks.",
        *_sections(kept, [part.name for part in PARTS]),
    ]
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    draft = DOCUMENT.with_suffix(".draft")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    draft.replace(DOCUMENT)
    print(DOCUMENT)


if __name__ == "__main__":
    sys.exit(main())
