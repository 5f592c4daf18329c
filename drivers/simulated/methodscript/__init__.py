"""A twin of the MethodSCRIPT potentiostats, with a parser and an interpreter of its own."""
