"""One sitting at the analysis page: the project, its data, undo, the journal. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from ...analysis.spectra import LabelledSpectrum
from .edits import new_model, with_outcome
from .entries import Entry, Model, Project
from .fitting import Done, Job
from .history import History
from .journal import Journal, left_over_journals, read_journal, remove_journal
from .opening import name_of
from .stored import load_project, save_project

FIRST_CIRCUIT: Final = "R0-p(R1,CPE1)"


class Session:
    """Holds a project; every change goes through here, is journaled, and is told to ``changed``.

    ``opened`` counts the projects that took the place of the one before.
    """

    def __init__(self, journal_folder: Path) -> None:
        self._folder = journal_folder
        self._journal = Journal(journal_folder)
        self._history: History[Project] = History(Project())
        self._saved = self._history.state
        self._begun: Mapping[str, Model] = {}
        self.opened = 0
        self.measured: dict[str, LabelledSpectrum] = {}
        self.saved_as: Path | None = None
        self.changed: list[Callable[[], None]] = []

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self._history.state

    @property
    def is_saved(self) -> bool:
        """Whether everything is in the project's file; an empty project needs none."""
        same = self.project.entries == self._saved.entries
        return same or (self.saved_as is None and not self.project.entries)

    @property
    def undo_words(self) -> str:
        """What undoing would take back; empty if there is nothing."""
        return self._history.undo_words

    @property
    def redo_words(self) -> str:
        """What redoing would do again; empty if there is nothing."""
        return self._history.redo_words

    def name(self, key: str) -> str:
        """A spectrum's short name."""
        return name_of(self.measured[key])

    def add(self, measured: Mapping[str, LabelledSpectrum], like: Model | None = None) -> int:
        """Add spectra that are not there yet, with the circuit of ``like``; say how many."""
        new = [key for key in measured if key not in self.project.keys]
        if not new:
            return 0
        self.measured |= {key: measured[key] for key in new}
        code = FIRST_CIRCUIT if like is None else like.circuit
        entries = tuple(
            Entry(key=key, model=new_model(code, measured[key].spectrum)) for key in new
        )
        many = f"{len(new)} spectra" if len(new) > 1 else self.name(new[0])
        self._push(self.project.with_added(entries), f"open {many}")
        return len(new)

    def remove(self, key: str) -> None:
        """Take a spectrum out of the project; its file stays."""
        self._push(self.project.without(key), f"remove {self.name(key)}")

    def put(self, entry: Entry, words: str, merge: object = None) -> None:
        """Replace one spectrum's entry, as an edit named in words."""
        if entry != self.project.entry(entry.key):
            self._push(self.project.with_entry(entry), words, merge)

    def copy_model_to_all(self, key: str) -> None:
        """Give every spectrum this one's circuit, locks, bounds, ties and values."""
        model = replace(self.project.entry(key).model, start="shown")
        entries = tuple(
            e if e.key == key else replace(e, model=model) for e in self.project.entries
        )
        self._push(Project(entries), f"use the circuit of {self.name(key)} for all")

    def jobs(self, keys: tuple[str, ...], model: Model | None = None) -> tuple[Job, ...]:
        """What there is to fit: these spectra, each with its own model or all with this one."""
        return tuple(
            Job(key, self.measured[key], self.project.entry(key).model if model is None else model)
            for key in keys
        )

    def take(self, came: Iterable[Done], words: str, batch: object = None) -> None:
        """Take the outcomes of fits; that of a spectrum removed meanwhile is dropped.

        A batch that put one model on every spectrum replaces their models, but for one that was
        edited after ``begin_batch``: that keeps its edits and gets the outcome beside them.
        """
        project = self.project
        for done in came:
            if done.key not in project.keys:
                continue
            entry = project.entry(done.key)
            begun = self._begun.get(done.key) if batch is not None else None
            if begun is not None and entry.model == begun:
                entry = replace(entry, model=done.asked)
            project = project.with_entry(with_outcome(entry, done.asked, done.outcome))
        if project is not self.project:
            self._push(project, words, batch)

    def begin_batch(self) -> None:
        """Remember every model, so that edits made while many are fitted are known as such."""
        self._begun = {entry.key: entry.model for entry in self.project.entries}

    def undo(self) -> str:
        """Take the last edit back; return its words, empty if there was none."""
        words = self._history.undo()
        self._tell()
        return words

    def redo(self) -> str:
        """Do the last edit again that was taken back."""
        words = self._history.redo()
        self._tell()
        return words

    def save(self, path: Path) -> None:
        """Write the project file; the journal begins anew. Raises ``OSError``."""
        save_project(path, self.project, self.measured)
        self.saved_as, self._saved = path, self.project
        self._journal.restart()
        self._tell(write=False)

    def open_project(self, path: Path) -> None:
        """Read a project in place of what is here. Raises ``ProjectError`` or ``OSError``."""
        project, measured = load_project(path)
        self._begin(project, measured, path, saved=project)

    def recover(self, journal: Path) -> None:
        """Go on where a program was that ended without saving. Raises ``ProjectError``."""
        project, measured, saved_as = read_journal(journal)
        self._begin(project, measured, saved_as, saved=Project())
        self._journal.write(self.project, self.measured, self.saved_as)
        remove_journal(journal)

    def left_over(self) -> list[Path]:
        """Journals of programs that ended without saving, the newest first."""
        return left_over_journals(self._folder)

    def close(self) -> None:
        """Leave. What is not saved stays in the journal and is offered the next time."""
        if self.is_saved:
            self._journal.discard()
        else:
            self._journal.close()

    def _begin(
        self,
        project: Project,
        measured: Mapping[str, LabelledSpectrum],
        saved_as: Path | None,
        saved: Project,
    ) -> None:
        if self.is_saved:
            self._journal.discard()
        else:
            self._journal.close()
        self.opened += 1
        self._journal = Journal(self._folder)
        self._history = History(project)
        self.measured, self.saved_as, self._saved = dict(measured), saved_as, saved
        self._tell(write=False)

    def _push(self, project: Project, words: str, merge: object = None) -> None:
        self._history.push(project, words, merge)
        self._tell()

    def _tell(self, *, write: bool = True) -> None:
        try:
            if write:
                self._journal.write(self.project, self.measured, self.saved_as)
        finally:  # a full disk is told, and what was edited is seen all the same
            for told in self.changed:
                told()
