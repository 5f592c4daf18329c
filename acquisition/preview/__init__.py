"""What a protocol would do on a channel, told before anything is touched."""
