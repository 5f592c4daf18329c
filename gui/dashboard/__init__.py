"""Every channel at once: a tile for each, live."""
