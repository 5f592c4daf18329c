"""Lithium metal: plating and stripping, its use, its efficiency, and critical currents of batches."""
