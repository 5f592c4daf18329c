"""A twin of the Keysight E4990A impedance analyser."""
