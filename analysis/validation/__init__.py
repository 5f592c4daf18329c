"""Published numbers beside what this package computes from the same inputs."""
