"""Many spectra of one cell, fitted together: temperatures, times, thicknesses, steps."""
