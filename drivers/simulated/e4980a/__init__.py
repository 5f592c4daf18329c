"""A twin of the Keysight E4980A and E4980AL precision LCR meters."""
