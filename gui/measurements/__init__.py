"""The page of measurements: files and options in, a sheet with its plots out."""
