"""The simulated bench: a cell of known truth and byte-level twins of the instruments."""
