"""Instruments: transports, one file per model, and what a plan may ask of them."""
