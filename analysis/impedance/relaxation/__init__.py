"""The distribution of relaxation times."""
