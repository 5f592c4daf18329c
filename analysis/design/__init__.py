"""What a cell could reach, from masses, densities and prices: calculators for its design."""
