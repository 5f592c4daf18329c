"""Figures and reports of a run, with the numbers that were drawn."""
