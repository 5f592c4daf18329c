"""How a segment of a run came to its end, in words for a table."""

from __future__ import annotations


def end_words(end: str, watched: str) -> str:
    """Return the end that stands on record in words.

    ``watched`` says what the plan itself looked out for, where it ended the segment.

    >>> end_words("voltage_limit", "alarm"), end_words("watch", "alarm")
    ('voltage limit', 'alarm')
    """
    return watched if end == "watch" else end.replace("_", " ")
