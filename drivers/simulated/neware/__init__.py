"""Twin of a Neware BTS 8 server with its cyclers."""
