"""The catalogue: runs, cells and results in one searchable place, made from the run files."""
