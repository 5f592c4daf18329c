"""What people are told: one piece of news, as facts for a program and as words for a person."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from .settings import NewsKind

BODY_VERSION: Final = 1
_LONGEST_SUBJECT: Final = 180
_LONGEST_LINE: Final = 600
_IN_WORDS: Final = {
    NewsKind.COMPLETED: "finished",
    NewsKind.STOPPED: "was stopped",
    NewsKind.EMERGENCY_STOP: "was stopped in an emergency",
    NewsKind.LIMIT_TRIPPED: "left its limits and was ended",
    NewsKind.FAILED: "failed",
    NewsKind.INTERRUPTED: "was interrupted",
    NewsKind.NEVER_BEGAN: "never began",
    NewsKind.WAITING: "waits for a person",
    NewsKind.UNKNOWN: "ended, and its record cannot say how",
    NewsKind.TEST: "is only a test of the notifications",
}
_NO_ALARM: Final = frozenset({NewsKind.TEST, NewsKind.WAITING})
_HARMLESS_IN_A_CHAT: Final = str.maketrans({"<": "‹", ">": "›", "@": "＠"})


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to be told of one run.

    ``news_id`` is the same however often it is sent. ``safe`` is whether the cell is known to be
    open; ``elapsed_s`` is the experiment's time.
    """

    news_id: str
    kind: NewsKind
    run_id: str
    channel: str
    cell: str
    detail: str
    safe: bool
    elapsed_s: float
    host: str
    operator: str
    path: str
    utc: str

    @property
    def is_urgent(self) -> bool:
        """Whether everybody is told, whatever they chose: the cell may still be driven."""
        return not self.safe and self.kind not in _NO_ALARM

    def subject(self) -> str:
        """One line that says most of it; holds no line break and no control character."""
        danger = ", CELL NOT KNOWN TO BE OPEN" if self.is_urgent else ""
        why = f": {self.detail}" if self.detail else ""
        line = f"solidcell: {self.channel} {self.cell} {_IN_WORDS[self.kind]}{danger}{why}"
        return one_line(line, _LONGEST_SUBJECT)

    def text(self) -> str:
        """A few lines for a person."""
        lines = [f"{self.channel} {self.cell} {_IN_WORDS[self.kind]}", self.detail]
        if self.kind is NewsKind.TEST:
            lines += [f"sent by {self.operator} on {self.host}, {self.utc}"]
        else:
            elapsed = timedelta(seconds=round(self.elapsed_s))
            lines += [
                self._cell_in_words(),
                f"after {elapsed} of the experiment; {self.utc}",
                f"run {self.run_id}, started by {self.operator}",
                f"{self.host}: {self.path}",
            ]
        return "\n".join(one_line(line, _LONGEST_LINE) for line in lines if line)

    def as_json(self) -> dict[str, Any]:
        """The body of a webhook: facts, and ``text`` for a chat that shows nothing else.

        ``text`` can mention nobody and hold no link, whatever a cell is called.
        """
        return {
            "solidcell": BODY_VERSION,
            "id": self.news_id,
            "text": self.text().translate(_HARMLESS_IN_A_CHAT),
            "state": self.kind.value,
            "safe": self.safe,
            **{
                name: _encodable(getattr(self, name))
                for name in ("run_id", "channel", "cell", "detail", "host", "operator")
            },
            "elapsed_s": self.elapsed_s,
            "run_file": _encodable(self.path),
            "utc": self.utc,
        }

    def _cell_in_words(self) -> str:
        if self.kind is NewsKind.WAITING and not self.safe:
            return "The cell is held at rest (0 A)."
        if self.kind is NewsKind.NEVER_BEGAN:
            return "Nothing was done to the cell." if self.safe else _DANGER
        return "The cell is open." if self.safe else _DANGER


_DANGER: Final = (
    "THE CELL IS NOT KNOWN TO BE OPEN: its output is unknown. Go and look, or try "
    "`solidcell make-safe`."
)


def test_news(host: str, operator: str) -> News:
    """What a test sends."""
    now = now_utc()
    return News(
        news_id=f"test/{host}/{now}",
        kind=NewsKind.TEST,
        run_id="none",
        channel="this",
        cell="",
        detail="if you read it, you will also be told when a run ends",
        safe=True,
        elapsed_s=0.0,
        host=host,
        operator=operator,
        path="no run file",
        utc=now,
    )


def one_line(text: str, longest: int) -> str:
    """Make one line of it, without control, direction or private characters, at most so long.

    >>> one_line("cell\\r\\nBcc: all@example.org", 40)
    'cell Bcc: all@example.org'
    """
    plain = "".join(" " if _is_odd(letter) else letter for letter in text)
    line = " ".join(plain.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def now_utc() -> str:
    """Return the time in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _is_odd(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category.startswith("C") or category in ("Zl", "Zp")


def _encodable(text: str) -> str:
    """Without halves of letters, which no encoding takes; a path may hold them."""
    return text.encode("utf-8", "replace").decode("utf-8")
