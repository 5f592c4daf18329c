"""What can go wrong with a run file."""


class RecordError(Exception):
    """The run file could not be written or read as promised. Names the file and the cause."""


class NotARunFileError(RecordError):
    """The file is absent, torn, something else, or of a version this program cannot read."""
