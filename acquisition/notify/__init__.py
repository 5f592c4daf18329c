"""Telling people how a run ended, by a webhook and by e-mail.

Whoever sees to a run's end does this last: after the cell is open and the end is recorded. The
worker never does.
"""
