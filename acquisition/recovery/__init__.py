"""Runs that broke off: which there are, what is known of their cells, and going on with them."""
