"""What the twins of all SCPI instruments share: syntax, settings, error queue, message loop."""
