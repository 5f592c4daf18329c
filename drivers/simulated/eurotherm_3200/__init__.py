"""A twin of a Eurotherm 3200 temperature controller: Modbus RTU frames in, frames out."""
