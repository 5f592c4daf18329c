"""The order to go on with a run, left in its folder for the processes that are started for it."""

from dataclasses import asdict, dataclass

from ..json_files import read_json, write_json
from ..run_folder import RunFolder
from .policy import AfterInterruption


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeOrder:
    """Who wants a run to go on, and how.

    ``address`` is where the instrument answers now, if that has changed. With ``ASK`` the run is
    paused with the cell open until somebody resumes it.
    """

    who: str
    policy: AfterInterruption
    address: str | None = None


def write_order(folder: RunFolder, order: ResumeOrder) -> None:
    """Leave an order; it replaces one that was left before."""
    write_json(folder.resume_file, asdict(order))


def read_order(folder: RunFolder) -> ResumeOrder | None:
    """The order in a run's folder, or ``None``. Raises ``ValueError`` for anything else there."""
    stored = read_json(folder.resume_file)
    if stored is None:
        return None
    try:
        return ResumeOrder(
            who=str(stored["who"]),
            policy=AfterInterruption(stored["policy"]),
            address=stored.get("address"),
        )
    except KeyError as error:
        raise ValueError(f"{folder.resume_file}: {error} is missing") from None
