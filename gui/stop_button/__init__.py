"""One red button in a process of its own: it works when the bench window hangs or is gone."""
