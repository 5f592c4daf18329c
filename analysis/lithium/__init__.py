"""Lithium metal: plating and stripping, its use and efficiency, critical currents of batches."""
