"""The run file: one append-only SQLite file per run, the single source of truth."""
