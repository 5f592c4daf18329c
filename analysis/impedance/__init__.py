"""Impedance spectra: circuits, fits, and the resistances they support."""
