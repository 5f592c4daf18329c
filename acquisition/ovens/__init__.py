"""Ovens that several runs share: one keeper process owns each, and runs ask it for temperatures."""
