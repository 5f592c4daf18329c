"""What the supervisor sees to once the worker has ended and the cell is open."""

import sys
import threading
from pathlib import Path

from ..acquisition.notify.ledger import tell
from ..acquisition.notify.news import News
from ..acquisition.notify.run_news import news_of_run
from ..acquisition.notify.settings import Notify
from ..acquisition.queue.advance import after_run as queues_after_run
from ..acquisition.queue.claim import came_from_queue
from ..acquisition.record.errors import RecordError
from ..acquisition.recovery.interrupted import look_at
from ..acquisition.run_folder import RunFolder
from ..acquisition.supervision.exit_codes import ENDED_CLEAN

_SEAL_PATIENCE_S = 10.0


def after_run(folder: RunFolder, exit_code: int, notify: Notify) -> None:
    """Tell people in a thread that nothing waits for, start the next of the queue, and seal.

    Only a run that has ended well is sealed, and only after such a one the next is started. One
    that may be gone on with is left open for that.
    """
    if folder.run_file.exists() or came_from_queue(folder):  # else somebody is told right now
        news = news_of_run(folder)
        threading.Thread(target=_tell, args=(folder, news, notify), name="tell").start()
    if said := queues_after_run(folder):
        sys.stderr.write(f"{said}\n")
    if exit_code == ENDED_CLEAN:
        _seal(folder.run_file)


def _tell(folder: RunFolder, news: News, notify: Notify) -> None:
    """Tell people; if that fails, ``solidcell notify --resend`` can do it later."""
    for outcome in tell(folder, news, notify):
        if not outcome.sent:
            sys.stderr.write(f"not told: {outcome.destination}: {outcome.detail}\n")


def _seal(run_file: Path) -> None:
    """Seal a run that has ended well; if that fails, ``solidcell seal`` can do it later."""
    from ..acquisition.sealing import SealError
    from .seal import seal_with_tables

    try:
        if not look_at(run_file).may_continue:
            seal_with_tables(run_file, patience_s=_SEAL_PATIENCE_S)
    except (SealError, RecordError, OSError) as error:
        sys.stderr.write(f"not sealed: {error}\n")
