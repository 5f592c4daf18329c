"""Simulated cells that stand for one experiment each: blocking electrodes, polymer, redox."""
