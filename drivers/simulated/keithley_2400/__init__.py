"""A twin of the Keithley Series 2400."""
