"""The window's analysis page: fitting impedance spectra by hand, and many of them at once."""
