"""How every channel is doing, cheap enough to ask twice a second."""
