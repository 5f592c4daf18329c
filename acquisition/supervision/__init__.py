"""The process beside a worker: listens whether it lives, and opens the cell when it does not."""
