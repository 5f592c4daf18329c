"""Foreign files in, standard files out: one format per file."""
