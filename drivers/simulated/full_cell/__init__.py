"""A minimal composite-cathode full cell: truth for cycling, rate capability, titration and rest."""
