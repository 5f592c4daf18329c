"""What the reference pages state is what the code says today."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "reference").glob("*.md"))


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import reference_pages

    return reference_pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_reference_page_shows_the_tables_that_the_code_gives_today(tool, page):
    assert tool.renewed(page) == page.read_text(encoding="utf-8"), (
        "run `python tools/reference_pages.py`"
    )


def test_every_table_that_can_be_generated_stands_on_exactly_one_page(tool):
    shown = [name for page in PAGES for name in tool.sections_on(page)]
    assert sorted(shown) == sorted(tool.SECTIONS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_marker_of_a_generated_table_is_closed(tool, page):
    text = page.read_text(encoding="utf-8")
    assert (
        text.count("<!-- generated: ") == text.count("<!-- end -->") == len(tool.sections_on(page))
    )


def test_a_table_that_somebody_edited_by_hand_is_written_anew(tool, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "a\n<!-- generated: run reasons -->\nwrong\n<!-- end -->\nb\n", encoding="utf-8"
    )
    text = tool.renewed(page)
    assert "`interrupted`" in text
    assert "wrong" not in text
    assert text.startswith("a\n")
    assert text.endswith("\nb\n")


@pytest.mark.parametrize(
    ("ending", "unit"),
    [("_cm2_s", "cm²/s"), ("_ohm_cm2", "Ω cm²"), ("_mg_cm2", "mg/cm²"), ("_uf_cm2", "µF/cm²")],
)
def test_the_unit_of_a_simulated_cell_is_told_whole(ending, unit):
    page = (ROOT / "docs" / "reference" / "files.md").read_text(encoding="utf-8")
    rows = re.findall(rf"^\| `\w+{ending}` \| [^|]+ \| ([^|]+) \|", page, re.MULTILINE)
    assert rows
    assert set(rows) == {unit}


def test_the_page_of_the_run_file_names_every_kind_of_event_that_is_recorded():
    page = (ROOT / "docs" / "reference" / "run-file.md").read_text(encoding="utf-8")
    recorded = {
        kind
        for file in (ROOT / "acquisition").rglob("*.py")
        for kind in re.findall(
            r"(?:\._?note\(|\.event\(\s*\w+,|words\.append\(\(|words[^=\n]*= \[\()\s*\"(\w+)\"",
            file.read_text(encoding="utf-8"),
        )
    }
    assert {"run_started", "intent", "gap", "made_safe", "run_ended", "clock_pair"} <= recorded
    assert {kind for kind in recorded if f"| `{kind}` |" not in page} == set()


@pytest.mark.slow
def test_the_examples_in_the_pages_name_commands_and_options_that_exist():
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    lines = {
        line
        for page in pages
        for block in re.findall(r"^```.*?^```", page.read_text(encoding="utf-8"), re.M | re.S)
        for line in re.findall(r"^(?:\$ )?(solidcell [a-z].+)$", block, re.M)
    }
    code = (
        "import sys, typer; from solidcell.cli import application\n"
        "group = typer.main.get_command(application())\n"
        "for line in sys.stdin.read().splitlines():\n"
        "    name, *words = line.split('#')[0].split()[1:]\n"
        "    command = group.commands[name]\n"
        "    if name in ('analyse', 'design') and words and not words[0].startswith('-'):\n"
        "        command = command.get_command(None, words[0])\n"
        "    known = {o for p in command.params for o in p.opts} | {'--help'}\n"
        "    for word in words:\n"
        "        if word.startswith('--') and word not in known: print(line, word)\n"
    )
    checked = subprocess.run(
        [sys.executable, "-c", code], input="\n".join(lines), capture_output=True, encoding="utf-8"
    )
    assert len(lines) > 10
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr
