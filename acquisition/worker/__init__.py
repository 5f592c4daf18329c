"""The worker: one process that carries out a plan on one channel, reading by reading."""
