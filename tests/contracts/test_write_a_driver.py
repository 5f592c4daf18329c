"""The page that says how to write a driver shows what stands in the files, and it works."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "write-a-driver.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```(?:\n```\n(.*?)^```)?", PAGE, re.DOTALL | re.MULTILINE)
FILES = [
    "drivers/lake_shore_336.py",
    "drivers/simulated/lake_shore_twin.py",
    "tests/support/contracts/lake_shore_336.py",
    "tests/drivers/test_lake_shore_336.py",
]
ENTRIES = {
    "acquisition/instruments/surroundings.py": r"^def _lake_shore_336.*?\n\n\n|"
    r'^    "lake_shore_336": .*?^    \),\n',
    "drivers/simulated/twins/surroundings.py": r"^def _lake_shore_336.*?\n\n\n|"
    r'^    "lake_shore_336": .*?^    \),\n',
    "acquisition/instruments/recognition.py": r"^[^\n]*lake_shore_336[^\n]*\n",
    "tests/support/contracts/all.py": r"^[^\n]*lake_shore_336[^\n]*\n",
}


def source(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("block", [code for code, _ in BLOCKS if code.startswith("# ")])
def test_every_piece_of_code_stands_in_the_file_that_it_names(block):
    name, _, code = block.partition("\n")
    assert code.rstrip() in source(name.removeprefix("# "))


def test_the_driver_its_twin_and_their_tests_are_as_short_as_the_page_says():
    entries = [
        found
        for name, pattern in ENTRIES.items()
        for found in re.findall(pattern, source(name), re.DOTALL | re.MULTILINE)
    ]
    assert len(entries) == 7
    lines = "\n".join([*map(source, FILES), *entries]).splitlines()
    said = re.search(r"entries and tests are (\d+) lines", PAGE)
    assert said
    assert sum(bool(line.strip()) for line in lines) == int(said[1]) < 150


def test_what_the_page_tries_works_as_it_says(capsys):
    ((code, shown),) = [block for block in BLOCKS if not block[0].startswith("# ")]
    exec(code, {})
    assert capsys.readouterr().out == shown


def test_the_commands_of_the_page_name_what_there_is():
    (command,) = re.findall(r"^\$ pytest -q (.*) -k \w+$", PAGE, re.MULTILINE)
    listed = subprocess.run(
        ["git", "ls-files", *command.split()], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(listed.stdout.splitlines()) > 3
