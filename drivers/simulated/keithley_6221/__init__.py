"""Twins of the Keithley 6221 current source and of its 2182A nanovoltmeter."""
