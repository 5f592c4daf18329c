"""Why a run is not sealed."""


class SealError(Exception):
    """A run cannot be sealed, or its seal cannot be read. Says why, one line a reason."""
