"""What can go wrong between a program and an instrument."""


class DriverError(Exception):
    """Anything an instrument, or the way to it, did wrong."""


class OutOfRangeError(DriverError):
    """A setting beyond what the instrument can do. Nothing has been sent when it raises."""


class UnsupportedError(DriverError):
    """The instrument cannot do this kind of segment at all. Nothing has been sent."""


class BadReplyError(DriverError):
    """The reply does not follow the instrument's protocol."""


class InstrumentFaultError(DriverError):
    """The instrument itself reported an error."""


class LinkLostError(DriverError):
    """The instrument fell silent or the connection broke: its state is unknown, not off."""


class WrongInstrumentError(DriverError):
    """Something answered, and it is not the instrument that was asked for."""
