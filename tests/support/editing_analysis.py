"""Edits an analysis until it is killed: ``python -m support.editing_analysis FOLDER``.

Each value is told on a line of its own once it is set.
"""

import sys
from pathlib import Path

from solidcell.gui.analysis.edits import with_value
from solidcell.gui.analysis.session import Session
from support.arc_spectra import arc_measured


def main() -> None:
    session = Session(Path(sys.argv[1]))
    session.add({"a": arc_measured()})
    value = 1.0
    while True:
        value += 1.0
        session.put(with_value(session.project.entry("a"), "R1", value), "edit")
        sys.stdout.write(f"{value}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
