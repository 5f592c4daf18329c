"""solidcell runs the bench of a solid-state battery laboratory and analyses what comes off it."""

__version__ = "0.1.0"
