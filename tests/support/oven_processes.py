"""A keeper process with its leases in a folder of its own: ``oven_processes.py LEASES PLACE``."""

import sys
from pathlib import Path

from solidcell.acquisition.ovens.keeping import keep

if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[2]), leases=Path(sys.argv[1])))
