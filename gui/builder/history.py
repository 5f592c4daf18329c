"""The versions of a protocol that is being written, to go back and forth in. No widget here."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from ...acquisition.files.protocol_document import Document
from ...acquisition.files.yaml_lines import Key

MOST_VERSIONS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """``past`` ends with the version before the one in view; ``future`` begins with the next.

    ``typed`` is the setting that was changed last: more letters in it are the same step.
    ``saved`` is the text as it stands in ``path``; ``None`` for what was never saved.
    """

    now: Document
    past: tuple[Document, ...] = ()
    future: tuple[Document, ...] = ()
    typed: Key | None = None
    path: Path | None = None
    saved: str | None = None

    @property
    def is_saved(self) -> bool:
        """Whether the file holds what is in view."""
        return self.now.text == self.saved

    def changed(self, document: Document, typed: Key | None = None) -> Self:
        """Return it with another version in view; letters in one field make one step."""
        if document.text == self.now.text:
            return self
        is_same_step = typed is not None and typed == self.typed
        past = self.past if is_same_step else (*self.past, self.now)[-MOST_VERSIONS:]
        return replace(self, now=document, past=past, future=(), typed=typed)

    def undone(self) -> Self:
        """Return it one step earlier, or itself at the beginning."""
        if not self.past:
            return self
        *past, now = self.past
        return replace(self, now=now, past=tuple(past), future=(self.now, *self.future), typed=None)

    def redone(self) -> Self:
        """Return it one step later, or itself at the end."""
        if not self.future:
            return self
        now, *future = self.future
        return replace(self, now=now, past=(*self.past, self.now), future=tuple(future), typed=None)

    def stored(self, path: Path) -> Self:
        """Return it as saved in a file."""
        return replace(self, path=path, saved=self.now.text, typed=None)
