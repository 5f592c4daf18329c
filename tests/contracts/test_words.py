"""The project speaks of itself alone, and its own links lead somewhere."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines()]


def test_every_relative_link_in_the_documents_leads_to_a_file():
    pages = tracked("*.md")
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    assert len(links) > 5
    missing = [(page.name, link) for page, link in links if not (page.parent / link).exists()]
    assert not missing


def test_no_document_is_empty():
    for page in tracked("docs/*.md"):
        assert len(page.read_text(encoding="utf-8").split()) > 60, page


def test_every_text_file_is_utf8_and_ends_with_a_newline():
    for file in tracked("*.py", "*.md", "*.toml", "*.yaml", "*.html"):
        text = file.read_bytes().decode("utf-8")
        assert text == "" or text.endswith("\n"), file
