"""Experiments: protocols, plans, and the worker that runs one channel."""
