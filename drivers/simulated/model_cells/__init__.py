"""Simulated cells that stand for one experiment each: blocking, polymer, redox, copper."""
