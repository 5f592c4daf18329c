"""From a spectrum to a circuit, and from its arcs to the names that they can bear."""
