"""Writes readings into the run file named on the command line until it is killed.

Prints the last acknowledged ``seq`` after each commit. With a second argument, the number of
bytes that any file of this process may reach: a disk that is full (POSIX only).
"""

import sys
from pathlib import Path

from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.writer import RunWriter
from support.runs import header


def main() -> None:
    writer = RunWriter.create(Path(sys.argv[1]), header(), group_commit_s=0.001)
    if len(sys.argv) > 2:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
    number = 0
    try:
        while True:
            for _ in range(1 + number % 37):
                writer.reading(0, number * 0.1, number * 1e-3, 1e-3)
                number += 1
            if number % 5 == 0:
                writer.commit()
            _say(writer.acknowledged_seq)
    except RecordError as error:
        _say(writer.acknowledged_seq)
        _say(f"failed: {error}")


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
