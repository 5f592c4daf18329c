"""Full cells: cycles and what they keep, rates, titration, self-discharge, formation."""
