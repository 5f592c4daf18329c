"""Making a run's folder out of the first job of a queue."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from ..run_folder import RunFolder
from ..starting.job import Job, write_job
from .claim import offer
from .copies import give_copies
from .place import Queue
from .state import QueueState


def prepared(queue: Queue, state: QueueState) -> RunFolder:
    """Return the folder of a new run, with the copied files and the job in it, and on offer.

    Nothing is started: if this process ends here, the folder is of no consequence.
    """
    job = state.waiting[0]
    folder = RunFolder.create(queue.data_dir, state.channel, Path(job.cell).stem, datetime.now())
    copies = give_copies(queue.job_folder(job.id), folder.path)
    options: dict[str, Any] = {"bench_file": job.bench, "queue": asdict(job)}
    made = Job(
        run_id=folder.run_id,
        channel=state.channel,
        protocol=str(copies["protocol"]),
        bench=str(copies["bench"]),
        cell=str(copies["cell"]),
        operator=job.operator,
        options=options,
    )
    write_job(folder.job_file, made)
    offer(folder)
    return folder
