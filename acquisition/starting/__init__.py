"""How runs begin: their processes, one by one or many at one moment."""
