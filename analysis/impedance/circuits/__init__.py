"""Circuits: their elements, their language, and the tree that evaluates them."""
