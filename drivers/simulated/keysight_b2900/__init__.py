"""A twin of the Keysight B2900A series."""
