"""The page of the builder: tree, fields, file and what the plan would do, side by side."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...acquisition.files.protocol_document import (
    Document,
    FieldSpec,
    item_specs,
    new_protocol,
    open_protocol,
    save_protocol,
    tree_of,
)
from ...acquisition.files.protocol_library import LibraryEntry, library
from ...acquisition.files.yaml_lines import FileError, Key, Problem, key_path, parse_text
from ..background import Background
from ..named import label, named, set_tone
from ..new_run import Choice
from ..notices import Notices
from ..tables import Facts
from ..theme import LIGHT, Theme
from . import editing
from .course_plots import CoursePlots
from .drafting import Looked, draft_facts, look_at
from .field_form import FieldForm
from .history import History
from .outline import Outline

_SETTLE_MS: Final = 200
_PATTERNS: Final = "Protocols (*.yaml *.yml *.json)"
_UNSAVED: Final = "protocol.yaml"


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
        self._choice, self._unsaved = choice, unsaved_folder / _UNSAVED
        self._theme, self._asked = LIGHT, 0
        self._shown_key: Key | None = None
        self.history = History(now=new_protocol("sequence"))
        self.looked: Looked | None = None
        self.outline, self.form = Outline(), FieldForm()
        self.doc = label(kind="muted", wraps=True)
        self.verdict = label(kind="headline", wraps=True)
        self.problems, self.warnings = label(wraps=True), label(wraps=True)
        set_tone(self.problems, "danger")
        set_tone(self.warnings, "warning")
        self.facts, self.plots, self.file = Facts(), CoursePlots(), _file_view()
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

    def open_file(self, path: Path) -> None:
        """Open a protocol. A file that is no YAML is told of, and nothing else changes."""
        try:
            self.show_document(open_protocol(path), path)
        except (FileError, OSError) as error:
            self._tell_error(error)

    def save(self) -> None:
        """Save where it was read from, or ask where."""
        if self.history.path is None:
            self.save_as()
        else:
            self.save_to(self.history.path)

    def save_to(self, path: Path) -> None:
        """Save it. What is not right is not saved, and said."""
        try:
            save_protocol(self.history.now, path)
        except (FileError, OSError) as error:
            self._tell_error(error)
            return
        self.history = self.history.stored(path)
        self._unsaved.unlink(missing_ok=True)
        self._show_name()
        self.saved.emit(path)

    def save_as(self) -> None:
        """Ask where to save it."""
        dialog = QFileDialog(self, "Save the protocol", "", _PATTERNS)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("yaml")
        dialog.setWindowModality(Qt.WindowModality.NonModal)  # the emergency stop stays in reach
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.show()

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
        self._theme = theme
        self.outline.set_theme(theme)
        self.plots.set_theme(theme)

    def leave(self) -> None:
        """Keep what is not saved for the next sitting, and look no more."""
        self._settle.stop()
        self._keep()

    # changes

    def add_item(self, word: str) -> None:
        """Put a new item behind the one in view."""
        self._change(*editing.with_new_item(self.history.now, self.outline.key, word))

    def _act(self, edit: Callable[[Document, Key], tuple[Document, Key]]) -> None:
        if editing.is_item(self.outline.key):
            self._change(*edit(self.history.now, self.outline.key))

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
        self.outline.show_tree(tree_of(self.history.now), self._wrong(), go_to)
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
        if key == self._shown_key:
            return
        self._shown_key = key
        specs = {spec.word: spec for spec in item_specs()}
        held = editing.value_at(self.history.now, key)
        word = str(held.get("segment", "")) if isinstance(held, dict) else ""
        self.doc.setText(specs[word].doc if word in specs else "")
        self.doc.setVisible(word in specs)
        self.form.show_fields(key, editing.fields_at(self.history.now, key), held)
        self._show_problems()
        self._allow()

    def _allow(self) -> None:
        key, now = self.outline.key, self.history.now
        self.add.setEnabled(editing.holds_items(now))
        self.up.setEnabled(editing.can_be_moved(now, key, -1))
        self.down.setEnabled(editing.can_be_moved(now, key, 1))
        for button in (self.copy, self.remove):
            button.setEnabled(editing.is_item(key))

    def _look(self) -> None:
        self._asked += 1
        self._keep()
        work = partial(look_at, self.history.now, self._choice())
        self._background.run(work, partial(self._take, self._asked), self._tell_error)

    def _take(self, asked: int, looked: Looked) -> None:
        if asked != self._asked:
            return  # a newer look is under way
        self.looked = looked
        draft = looked.draft
        self.plots.show_preview(draft.preview)
        self.facts.show_facts(draft_facts(looked))
        unsafe = [f"✖ {text}" for text in draft.unsafe]
        wrong = [f"✖ {_told(problem)}" for problem in draft.problems]
        self.problems.setText("\n".join([*wrong, *unsafe]))
        self.warnings.setText("\n".join(f"⚠ {text}" for text in draft.warnings))
        for told in (self.problems, self.warnings):
            told.setVisible(bool(told.text()))
        if wrong:
            self.verdict.setText("✖ Not right yet")
        else:
            self.verdict.setText("✖ Not to be started here" if unsafe else "✔ Right")
        set_tone(self.verdict, "danger" if wrong or unsafe else "good")
        self.outline.mark(self._wrong())
        self._show_problems()

    def _show_problems(self) -> None:
        problems: tuple[Problem, ...] = self.looked.draft.problems if self.looked else ()
        self.form.show_problems(problems)

    def _wrong(self) -> frozenset[Key]:
        problems = self.looked.draft.problems if self.looked else ()
        keys = (p.key[:n] for p in problems for n in range(len(p.key) + 1))
        return frozenset(key for key in keys if not key or isinstance(key[-1], int))

    def _keep(self) -> None:
        """What is written and not saved survives the window."""
        if self.history.is_saved or not self.history.past:
            return
        self._unsaved.parent.mkdir(parents=True, exist_ok=True)
        draft = self._unsaved.with_suffix(".draft")
        draft.write_text(self.history.now.text, encoding="utf-8", newline="\n")
        draft.replace(self._unsaved)

    def _restore(self) -> None:
        document = new_protocol("sequence")
        if self._unsaved.is_file():
            try:
                document = parse_text(_UNSAVED, self._unsaved.read_text(encoding="utf-8"))
                told = "A protocol that was not saved is back in the builder."
                self._notices.tell("protocol", told, "accent")
            except (FileError, OSError, UnicodeDecodeError) as error:
                self._tell_error(error)
        self.show_document(document)

    def _tell_error(self, error: BaseException) -> None:
        text = str(error) or type(error).__name__
        self._notices.tell(f"error {text}", text, "danger")

    # buttons

    def _open_library(self, entry: LibraryEntry) -> None:
        try:
            document = open_protocol(entry.path)
        except (FileError, OSError) as error:
            self._tell_error(error)
            return
        self.show_document(document)

    def _begin(self, kind: str) -> None:
        self.show_document(new_protocol(kind))

    def _ask_which(self) -> None:
        dialog = QFileDialog(self, "Open a protocol", "", _PATTERNS)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.NonModal)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.show()

    def _make_buttons(self) -> None:
        self.new = _menu_button("New", "Begin with a protocol of the library, or an empty one")
        menu = QMenu(self.new)
        for kind in ("sequence", "critical_current"):
            menu.addAction(f"Empty {kind.replace('_', ' ')}", partial(self._begin, kind))
        menu.addSeparator()
        for entry in library():
            made = menu.addAction(entry.title, partial(self._open_library, entry))
            made.setToolTip(entry.about)
        menu.setToolTipsVisible(True)
        self.new.setMenu(menu)
        self.add = _menu_button("Add", "Put an item behind the one in view")
        items = QMenu(self.add)
        for spec in item_specs():
            made = items.addAction(spec.title, partial(self.add_item, spec.word))
            made.setToolTip(spec.doc)
        items.setToolTipsVisible(True)
        self.add.setMenu(items)
        self.open = self._button("Open…", "Open a protocol", self._ask_which, "Ctrl+O")
        self.keep = self._button("Save", "Save the protocol", self.save, "Ctrl+S")
        self.keep_as = self._button("Save as…", "Save it elsewhere", self.save_as, "Ctrl+Shift+S")
        self.back = self._button("↶", "Undo", self.undo, "Ctrl+Z")
        self.forth = self._button("↷", "Redo", self.redo, "Ctrl+Y")
        up, down = partial(editing.with_moved, by=-1), partial(editing.with_moved, by=1)
        self.up = self._button("▲", "Do the item sooner", partial(self._act, up), "Alt+Up")
        self.down = self._button("▼", "Do the item later", partial(self._act, down), "Alt+Down")
        copy = partial(self._act, editing.with_copy)
        self.copy = self._button("Copy", "Do the item once more", copy, "Alt+C")
        remove = partial(self._act, editing.without_item)
        self.remove = self._button("Remove", "Strike the item out", remove, "Alt+Delete")

    def _button(self, text: str, name: str, do: Callable[[], object], keys: str) -> QPushButton:
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        button = named(QPushButton(text), name, f"{name} ({shown})")
        button.clicked.connect(lambda _=False: do())
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(do)
        return button

    def _lay_out(self) -> None:
        left = _column(
            self.name,
            _row(self.new, self.open, self.keep, self.keep_as),
            self.outline,
            _row(self.add, self.up, self.down, self.copy, self.remove, self.back, self.forth),
        )
        fields = _scrolled(_column(self.doc, self.form, stretch=True))
        told = _scrolled(
            _column(self.verdict, self.problems, self.warnings, self.facts, stretch=True)
        )
        views = named(QTabWidget(), "What it would do", "The course, and the file as it is saved")
        views.setDocumentMode(True)
        views.addTab(self.plots, "Course")
        views.addTab(self.file, "File")
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(views)
        right.addWidget(told)
        right.setSizes([520, 260])
        right.setChildrenCollapsible(False)
        right.setContentsMargins(10, 6, 10, 8)
        split = QSplitter(Qt.Orientation.Horizontal)
        for part in (left, fields, right):
            part.setProperty("kind", "card")
            split.addWidget(part)
        split.setSizes([430, 400, 700])
        split.setStretchFactor(2, 1)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(split)


def _told(problem: Problem) -> str:
    where = f"line {problem.line}: " if problem.line else ""
    return f"{where}{key_path(problem.key)}{problem.text}"


def _menu_button(text: str, tip: str) -> QToolButton:
    button = named(QToolButton(), text, tip)
    button.setText(text)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def _file_view() -> QPlainTextEdit:
    view = named(QPlainTextEdit(), "The file", "The protocol as it is saved, comments and all")
    view.setReadOnly(True)
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    font = QFont("monospace")
    font.setStyleHint(QFont.StyleHint.Monospace)
    view.setFont(font)
    return view


def _row(*widgets: QWidget) -> QWidget:
    whole = QWidget()
    layout = QHBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return whole


def _column(*widgets: QWidget, stretch: bool = False) -> QFrame:
    whole = QFrame()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(10, 8, 10, 8)
    layout.setSpacing(6)
    for widget in widgets:
        layout.addWidget(widget)
    if stretch:
        layout.addStretch(1)
    return whole


def _scrolled(inside: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidget(inside)
    return scroll
