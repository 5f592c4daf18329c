"""What waits for a person: runs that broke off, and queues."""
