"""What the twins of impedance analysers share: fixture, compensation, and the course of a sweep."""
