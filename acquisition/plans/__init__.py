"""Plans: generators of segments that hold no device, no clock and no file."""
