"""Neware BTS 8 cyclers, through the API server of the PC that they hang on."""
