"""``solidcell materials``: published values, and a measured one among them."""

import re
from pathlib import Path
from typing import Annotated

import typer

from .answer import AsJson
from .sheets import tell

_VALUE = re.compile(r"\s*([^±]+?)\s*(?:(?:±|\+-|\+/-)\s*(.+?)\s*)?")


def materials(
    name: Annotated[
        str | None, typer.Argument(help="Name or formula, as LPSCl; all materials if unset.")
    ] = None,
    quantity: Annotated[
        str, typer.Option(help="conductivity, electronic, critical-current or window.")
    ] = "conductivity",
    measured: Annotated[
        str | None,
        typer.Option(
            help="A measured value, with its standard uncertainty as 2.1±0.2 or 2.1+-0.2: "
            "mS/cm, electronic in S/cm, critical current in mA/cm²; of a window its lower end, V."
        ),
    ] = None,
    measured_high: Annotated[
        float | None, typer.Option(help="Upper end of a measured window, V.")
    ] = None,
    temperature: Annotated[
        float | None, typer.Option(help="Temperature of the measured value, °C.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for a report: PDF, vector figures, tables (CSV), data (JSON)."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Show what the literature says of a material, with condition and source.

    Values of one material and temperature that are more than threefold apart are listed as such.
    """
    from ..analysis.materials.sheet import MEASUREMENT

    value, uncertainty = (None, None) if measured is None else _parted(measured)
    given = {
        "material": name,
        "quantity": quantity,
        "measured": value,
        "measured_high": measured_high,
        "measured_uncertainty": uncertainty,
        "temperature_c": temperature,
    }
    return tell(MEASUREMENT.sheet((), given), MEASUREMENT.name, out, as_json=as_json)


def _parted(text: str) -> tuple[float, float | None]:
    """Read ``2.1±0.2``. Raises ValueError for what is no number.

    >>> _parted("2.1±0.2"), _parted("1e-9 +- 2e-10"), _parted("3")
    ((2.1, 0.2), (1e-09, 2e-10), (3.0, None))
    """
    found = _VALUE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return float(found[1]), None if found[2] is None else float(found[2])
    except ValueError:
        raise ValueError(f"--measured {text!r} is no value; write 2.1 or 2.1±0.2") from None
