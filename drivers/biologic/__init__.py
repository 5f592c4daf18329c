"""BioLogic potentiostats through the maker's own library, EClib, where it is installed."""
