"""Critical current density: features of half-cycles, the watch for shorts, and the verdict."""
