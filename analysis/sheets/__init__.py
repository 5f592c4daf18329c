"""What every measurement comes to, in one shape: numbers, tables and plots as plain data."""
