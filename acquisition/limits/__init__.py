"""What a cell may see: limits, and who holds them."""
