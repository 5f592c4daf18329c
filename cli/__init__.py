"""The front door: commands that lead to the four rooms."""
