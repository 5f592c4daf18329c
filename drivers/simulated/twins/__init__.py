"""The twins by sort of instrument: how each is wired to a rig, and its entry in the catalogue."""
