"""A queue of runs for each channel, in files: no daemon, and nothing is lost in a restart."""
