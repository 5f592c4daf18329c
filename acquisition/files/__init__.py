"""The files that people write: cells, benches and protocols, checked line by line."""
