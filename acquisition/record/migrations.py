"""Numbered schema changes. A released function is never edited again and imports nothing of ours.

Position ``n`` of ``MIGRATIONS`` upgrades a copy of a file from version ``n + 1`` to ``n + 2``;
the original is never touched. Version 1 is the first, so the list is empty.
"""

import sqlite3
from collections.abc import Callable
from typing import Final

MIGRATIONS: Final[tuple[Callable[[sqlite3.Connection], None], ...]] = ()
SCHEMA_VERSION: Final = 1 + len(MIGRATIONS)
"""The version that this program writes; ``PRAGMA user_version`` of a new file."""
