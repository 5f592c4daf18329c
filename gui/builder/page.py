"""The page of the builder: tree, fields, file and what the plan would do, side by side."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...acquisition.files.protocol_document import (
    Document,
    FieldSpec,
    new_protocol,
    open_protocol,
)
from ...acquisition.files.yaml_lines import FileError, Key, Problem
from ..background import Background
from ..named import label
from ..new_run import Choice
from ..notices import Notices
from ..theme import Theme
from . import editing, maps, menus, unsaved
from .arranging import above, cards, column, file_view, row, scrolled, tabs
from .buttons import button, menu_button
from .course_plots import CoursePlots
from .dialogs import ask_folder, ask_where, ask_which
from .drafting import Looked, look_at
from .field_form import FieldForm
from .files import expand, is_changed_elsewhere, is_map, write
from .history import History
from .outline import Outline
from .verdict import Verdict

_SETTLE_MS: Final = 200


class BuilderPage(QWidget):
    """``saved`` names a protocol that was saved; ``choice`` tells what is picked for the run."""

    saved = Signal(object)

    def __init__(
        self,
        background: Background,
        notices: Notices,
        choice: Callable[[], Choice],
        unsaved_folder: Path,
    ) -> None:
        super().__init__()
        self._background, self._notices = background, notices
        self._choice, self._unsaved = choice, unsaved_folder / unsaved.NAME
        self._asked = 0
        self._shown_key: Key | None = None
        self.history = History(now=new_protocol("sequence"))
        self.looked: Looked | None = None
        self.outline, self.form = Outline(), FieldForm()
        self.doc = label(kind="muted", wraps=True)
        self.verdict, self.plots, self.file = Verdict(), CoursePlots(), file_view()
        self.name = label(kind="heading")
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._look)
        self._make_buttons()
        self._lay_out()
        self.outline.went.connect(self._went)
        self.form.written.connect(self._written)
        self._restore()

    # the protocol in view

    def show_document(self, document: Document, path: Path | None = None) -> None:
        """Begin with a protocol; ``path`` is where it was read from, if it may be saved there."""
        self.history = History(now=document, path=path, saved=document.text if path else None)
        self._show_all(())

    def open_file(self, path: Path, *, as_new: bool = False) -> None:
        """Open a protocol. A file that is no YAML is told of, and nothing else changes."""
        try:
            self.show_document(open_protocol(path), None if as_new else path)
        except (FileError, OSError) as error:
            self._tell_error(error)

    def save(self) -> None:
        """Save where it was read from, or ask where."""
        if self.history.path is None:
            self.save_as()
        else:
            self.save_to(self.history.path)

    def save_to(self, path: Path, *, over_changes: bool = False) -> None:
        """Save it. What is not right is not saved, and said, nor over what somebody else wrote."""
        if not over_changes and is_changed_elsewhere(self.history, path):
            told = f"{path.name} was changed on the disk since it was opened: nothing is saved. "
            told += "Save as… keeps both."
            replace = ("Replace it", partial(self.save_to, path, over_changes=True))
            self._notices.tell("protocol on disk", told, "warning", replace)
            return
        try:
            write(self.history.now, path)
        except (FileError, OSError) as error:
            self._tell_error(error)
            return
        self.history = self.history.stored(path)
        self._unsaved.unlink(missing_ok=True)
        self._show_name()
        self.saved.emit(path)

    def save_as(self) -> None:
        """Ask where to save it."""
        ask_where(self, "Save the protocol", self.save_to)

    def expand_into(self, folder: Path) -> None:
        """Write a protocol for each test of the map in view."""
        try:
            files = expand(self.history.now, folder)
        except (FileError, OSError) as error:
            self._tell_error(error)
            return
        self._notices.tell("protocol", f"{len(files)} protocols written into {folder}", "good")

    def undo(self) -> None:
        """Go one step back."""
        self.history = self.history.undone()
        self._show_all()

    def redo(self) -> None:
        """Go one step forth again."""
        self.history = self.history.redone()
        self._show_all()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.outline.set_theme(theme)
        self.plots.set_theme(theme)

    def leave(self) -> None:
        """Keep what is not saved for the next sitting, and look no more."""
        self._settle.stop()
        unsaved.keep(self.history, self._unsaved)

    # changes

    def add_item(self, word: str) -> None:
        """Put a new item behind the one in view."""
        self._change(*editing.with_new_item(self.history.now, self.outline.key, word))

    def _act(self, edit: Callable[[Document, Key], tuple[Document, Key]]) -> None:
        if editing.is_item(self.outline.key):
            self._change(*edit(self.history.now, self.outline.key))

    def remove_item(self) -> None:
        """Strike out the item in view, or what varies of a map."""
        if editing.can_be_removed(self.history.now, self.outline.key):
            self._change(*editing.without_item(self.history.now, self.outline.key))

    def add_axis(self, name: str) -> None:
        """Let something more vary in a map."""
        self._change(*maps.with_axis(self.history.now, name))

    def _change(self, document: Document, go_to: Key) -> None:
        self.history = self.history.changed(document)
        self._show_all(go_to)

    def _written(self, key: Key, spec: FieldSpec, text: str) -> None:
        document = editing.with_text(self.history.now, key, spec, text)
        self.history = self.history.changed(document, typed=key)
        self._show_text()

    # what is shown

    def _show_all(self, go_to: Key | None = None) -> None:
        self._shown_key = None
        self.outline.show_tree(maps.tree(self.history.now), self._wrong(), go_to)
        self._show_text()

    def _show_text(self) -> None:
        self.file.setPlainText(self.history.now.text)
        self._show_name()
        self._allow()
        self._settle.start()

    def _show_name(self) -> None:
        path = self.history.path
        text = path.name if path else "new protocol"
        self.name.setText(text if self.history.is_saved else f"{text} •")
        self.name.setToolTip(str(path) if path else "Not saved yet")

    def _went(self, key: Key) -> None:
        now = self.history.now
        at, fields = editing.form_at(now, key)
        self._allow()
        if at == self._shown_key:
            return
        self._shown_key = at
        self.doc.setText(editing.doc_at(now, key))
        self.doc.setVisible(bool(self.doc.text()))
        self.form.show_fields(at, fields, editing.value_at(now, at))
        self.form.follow(self.forth)
        self._show_problems()

    def _allow(self) -> None:
        key, now = self.outline.key, self.history.now
        self.add.setEnabled(editing.holds_items(now))
        for each in (self.expand, self.vary):
            each.setVisible(is_map(now))
        self.add.setVisible(not is_map(now))
        self.up.setEnabled(editing.can_be_moved(now, key, -1))
        self.down.setEnabled(editing.can_be_moved(now, key, 1))
        self.copy.setEnabled(editing.is_item(key))
        self.remove.setEnabled(editing.can_be_removed(now, key))

    def _look(self) -> None:
        self._asked += 1
        unsaved.keep(self.history, self._unsaved)
        work = partial(look_at, self.history.now, self._choice())
        self._background.run(work, partial(self._take, self._asked), self._tell_error)

    def _take(self, asked: int, looked: Looked) -> None:
        if asked != self._asked:
            return  # a newer look is under way
        self.looked = looked
        self.plots.show_preview(looked.draft.preview)
        self.verdict.show(looked)
        self.outline.refresh(maps.tree(self.history.now), self._wrong())
        self._show_problems()

    def _show_problems(self) -> None:
        problems: tuple[Problem, ...] = self.looked.draft.problems if self.looked else ()
        self.form.show_problems(problems)

    def _wrong(self) -> frozenset[Key]:
        problems = self.looked.draft.problems if self.looked else ()
        keys = (p.key[:n] for p in problems for n in range(len(p.key) + 1))
        whole = is_map(self.history.now)
        return frozenset(key for key in keys if whole or not key or isinstance(key[-1], int))

    def _restore(self) -> None:
        document = None
        try:
            document = unsaved.kept(self._unsaved)
        except (FileError, OSError, UnicodeDecodeError) as error:
            self._tell_error(error)
        if document is not None:
            told = "A protocol that was not saved is back in the builder."
            self._notices.tell("protocol", told, "accent")
        self.show_document(document or new_protocol("sequence"))

    def _tell_error(self, error: BaseException) -> None:
        text = str(error) or type(error).__name__
        self._notices.tell(f"error {text}", text, "danger")

    # buttons

    def _begin(self, kind: str) -> None:
        self.show_document(new_protocol(kind))

    def _make_buttons(self) -> None:
        begin, as_new = menus.beginnings(self._begin), partial(self.open_file, as_new=True)
        new_tip = "Begin with a protocol of the library, or an empty one"
        self.new = menu_button("New", new_tip, begin, menus.shipped(as_new))
        add_tip = "Put an item behind the one in view"
        self.add = menu_button("Add", add_tip, menus.items(self.add_item))
        vary_tip = "Let something more vary from test to test"
        self.vary = menu_button("Vary", vary_tip, menus.axes(self.add_axis))
        make = partial(button, self)
        open_one = partial(ask_which, self, "Open a protocol", self.open_file)
        into = partial(ask_folder, self, "Folder for the tests", self.expand_into)
        self.expand = make("Expand…", "Write a protocol for each test of the map", into, "Alt+E")
        self.open = make("Open…", "Open a protocol", open_one, "Ctrl+O")
        self.keep = make("Save", "Save the protocol", self.save, "Ctrl+S")
        self.keep_as = make("Save as…", "Save it elsewhere", self.save_as, "Ctrl+Shift+S")
        self.back = make("↶", "Undo", self.undo, "Ctrl+Z")
        self.forth = make("↷", "Redo", self.redo, "Ctrl+Y")
        sooner, later = (partial(editing.with_moved, by=by) for by in (-1, 1))
        self.up = make("▲", "Do the item sooner", partial(self._act, sooner), "Alt+Up")
        self.down = make("▼", "Do the item later", partial(self._act, later), "Alt+Down")
        copy = partial(self._act, editing.with_copy)
        self.copy = make("Copy", "Do the item once more", copy, "Alt+C")
        self.remove = make("Remove", "Strike the item out", self.remove_item, "Alt+Delete")
        self._changes = (self.add, self.vary, self.up, self.down, self.copy, self.remove)

    def _lay_out(self) -> None:
        left = column(
            self.name,
            row(self.new, self.open, self.keep, self.keep_as, self.expand),
            self.outline,
            row(
                self.add,
                self.vary,
                self.up,
                self.down,
                self.copy,
                self.remove,
                self.back,
                self.forth,
            ),
        )
        fields = scrolled(column(self.doc, self.form, stretch=True))
        views = tabs("What it would do", ("Course", self.plots), ("File", self.file))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(cards(left, fields, above(views, self.verdict.panel)))
