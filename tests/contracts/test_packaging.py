"""What is installed is what is in the tree, and nothing else."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("acquisition", "analysis", "cli", "drivers", "gui")


def packages_in_tree() -> set[str]:
    inner = {init.parent for room in ROOMS for init in (ROOT / room).rglob("__init__.py")}
    return {"solidcell"} | {f"solidcell.{'.'.join(p.relative_to(ROOT).parts)}" for p in inner}


def clean_copy(to: Path) -> Path:
    """The tracked files alone: a build leaves files behind that the next one would pick up."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)
    return to


def test_every_sub_package_is_listed_for_installation():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["tool"]["setuptools"]["packages"]) == packages_in_tree()
    assert len(packages_in_tree()) >= 10


def test_every_python_file_of_a_room_is_in_a_package():
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            assert (file.parent / "__init__.py").exists(), file


@pytest.mark.slow
def test_the_wheel_contains_the_package_and_its_data_and_nothing_else(tmp_path):
    source = clean_copy(tmp_path / "source")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(tmp_path)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=110)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} <= {
        "solidcell",
        next(n.split("/")[0] for n in names if ".dist-info/" in n),
    }
    at_root = {n.removeprefix("solidcell/") for n in names if re.fullmatch("solidcell/[^/]+", n)}
    assert at_root == {"__init__.py", "__main__.py", "py.typed"}
    for data in (
        "drivers/simulated/cells/llzo.yaml",
        "acquisition/catalogue/versions/revision_0001.py",
        "acquisition/examples/ccd_lpscl.yaml",
        "acquisition/protocols_library/gitt.yaml",
        "analysis/report/report.html",
    ):
        assert f"solidcell/{data}" in names
