"""Twins of the Solartron 1260/1255 frequency response analysers and of the 1287/1286 interface."""
