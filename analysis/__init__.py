"""Numbers in, numbers out, each with an honest uncertainty or a refusal."""
