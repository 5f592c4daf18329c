"""What stands around a cell and is only read: stack pressure, temperatures, auxiliary lines."""
