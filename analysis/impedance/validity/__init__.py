"""Whether a spectrum is that of a linear, stable and causal cell."""
