"""The run browser: every run of a data folder, found by the catalogue."""
