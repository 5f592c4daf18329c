"""Files that are replaced whole: a reader sees the old one or the new one."""

from pathlib import Path


def write_whole(path: Path, text: str) -> Path:
    """Write text in UTF-8 with line feeds, in place of what was there."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)
    return path
