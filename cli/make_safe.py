"""``solidcell make-safe``: open the cell of a channel that nobody drives any more."""

from pathlib import Path
from typing import Annotated

import typer

from .answer import AsJson, print_json


def make_safe(
    bench: Annotated[Path, typer.Option(help="The bench file (TOML).")],
    channel: Annotated[str, typer.Option(help="The channel whose cell is to be opened.")],
    as_json: AsJson = False,
) -> None:
    """Open the cell of a channel that no run drives any more.

    For a run that is shown as dead, or an output that is unknown: connects, stops what the
    instrument is doing and opens the cell. Refused while a run has the instrument: stop that.
    """
    from ..acquisition.files.bench import load_bench
    from ..acquisition.lease import take_lease
    from .assembling import lease_names
    from .processes import open_cell

    bench_file = load_bench(bench)
    spec = bench_file.channel(channel)
    with take_lease(lease_names(bench_file.file, spec), "make-safe"):
        open_cell(spec)
    if as_json:
        print_json({"channel": channel, "address": spec.address, "output": "off"})
    else:
        where = ", ".join(device.address for device in spec.on_the_cell)
        print(f"the cell of channel {channel} ({where}) is open")
