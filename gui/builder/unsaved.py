"""What was written and not saved, kept from one sitting to the next. No widget here."""

from pathlib import Path

from ...acquisition.files.protocol_document import Document
from ...acquisition.files.yaml_lines import parse_text
from .history import History

NAME = "protocol.yaml"


def keep(history: History, file: Path) -> None:
    """Write what is not saved, whole or not at all; nothing for what nobody has changed."""
    if history.is_saved or not history.past:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(history.now.text, encoding="utf-8", newline="\n")
    draft.replace(file)


def kept(file: Path) -> Document | None:
    """Return what was kept, ``None`` if there is nothing.

    Raises ``FileError``, ``OSError`` or ``UnicodeDecodeError`` if it cannot be read.
    """
    return parse_text(NAME, file.read_text(encoding="utf-8")) if file.is_file() else None
