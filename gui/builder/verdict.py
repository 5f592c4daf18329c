"""What came of looking at a protocol: right or not, why not, how long, how much."""

from ...acquisition.files.yaml_lines import Problem, key_path
from ..named import label, set_tone
from ..tables import Facts
from .arranging import column, scrolled
from .drafting import Looked, draft_facts


class Verdict:
    """The texts, and ``panel`` that holds them."""

    def __init__(self) -> None:
        self.headline = label(kind="headline", wraps=True)
        self.problems, self.warnings = label(wraps=True), label(wraps=True)
        set_tone(self.problems, "danger")
        set_tone(self.warnings, "warning")
        self.facts = Facts()
        told = (self.headline, self.problems, self.warnings, self.facts)
        self.panel = scrolled(column(*told, stretch=True))

    def show(self, looked: Looked) -> None:
        """Show what came of it."""
        draft = looked.draft
        wrong = [f"✖ {_told(problem)}" for problem in draft.problems]
        unsafe = [f"✖ {text}" for text in draft.unsafe]
        self.problems.setText("\n".join([*wrong, *unsafe]))
        self.warnings.setText("\n".join(f"⚠ {text}" for text in draft.warnings))
        for told in (self.problems, self.warnings):
            told.setVisible(bool(told.text()))
        if wrong:
            self.headline.setText("✖ Not right yet")
        else:
            self.headline.setText("✖ Not to be started here" if unsafe else "✔ Right")
        set_tone(self.headline, "danger" if wrong or unsafe else "good")
        self.facts.show_facts(draft_facts(looked))


def _told(problem: Problem) -> str:
    where = f"line {problem.line}: " if problem.line else ""
    return f"{where}{key_path(problem.key)}{problem.text}"
