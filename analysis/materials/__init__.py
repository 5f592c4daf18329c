"""Published values of electrolytes, each with its condition and source, to compare with."""
