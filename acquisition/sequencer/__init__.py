"""Steps a source meter through segments, so that a plan cannot tell it from a potentiostat."""
