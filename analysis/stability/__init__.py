"""Stability: electrochemical windows, growing interphases, conductivity and gas against time."""
