"""A twin of the Keithley 2450 family, with a SCPI parser of its own."""
