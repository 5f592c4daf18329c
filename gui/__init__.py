"""The bench window: models without Qt, views without logic."""
