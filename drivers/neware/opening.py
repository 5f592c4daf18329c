"""Make a channel of a BTS server from its address and its options, as a bench file has them."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ..clock import Clock
from ..errors import DriverError
from ..serial_link import SerialLink
from ..server_channel import server_channel
from .cycler import NewareChannel
from .job_folder import JobFolder
from .ranges import ChannelRange
from .requests import ChannelKey

DEFAULT_PORT: Final = 502
DEFAULT_PASSWORD: Final = "neware"
_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "[::1]")


def open_neware(
    address: str, options: Mapping[str, str | int | float | bool], clock: Clock
) -> NewareChannel:
    """Return the channel at ``address``, which is yet to be connected.

    ``options``: ``voltage_min_v``, ``voltage_max_v`` and ``current_max_ma`` as the cycler's label
    says; ``job_folder``, and ``job_folder_on_bts`` as the PC of the server sees it;
    ``backup_folder``; ``username``, and ``password`` or ``password_env``, the name of an
    environment variable that holds it. Raises ``LinkLostError`` if the server does not answer,
    ``OutOfRangeError`` for an address that is none, ``DriverError`` if an option is missing.
    """
    place = server_channel(address, DEFAULT_PORT)
    key = ChannelKey.parsed(place.channel)
    jobs = _job_folder(place.host, options)
    password = _password(options)
    return NewareChannel(
        SerialLink(place.url),
        key,
        ChannelRange(
            voltage_min_v=float(options["voltage_min_v"]),
            voltage_max_v=float(options["voltage_max_v"]),
            current_max_a=float(options["current_max_ma"]) * 1e-3,
        ),
        jobs,
        username=str(options.get("username", "admin")),
        password=password,
        backup_folder=str(options.get("backup_folder", "")),
        clock=clock,
    )


def _job_folder(host: str, options: Mapping[str, str | int | float | bool]) -> JobFolder:
    named = str(options.get("job_folder", ""))
    if not named and host not in _THIS_MACHINE:
        raise DriverError(
            f"the BTS server runs on {host}: the option job_folder must name a folder that both "
            "machines reach, and job_folder_on_bts what that one calls it"
        )
    here = Path(named) if named else Path(tempfile.gettempdir()) / "solidcell-neware-jobs"
    if not named:
        here.mkdir(exist_ok=True)
    elif not here.is_dir():
        raise DriverError(f"job_folder = {named!r} is no folder of this machine")
    return JobFolder(here, str(options.get("job_folder_on_bts", here)))


def _password(options: Mapping[str, str | int | float | bool]) -> str:
    variable = str(options.get("password_env", ""))
    if not variable:
        return str(options.get("password", DEFAULT_PASSWORD))
    password = os.environ.get(variable)
    if password is None:
        raise DriverError(f"password_env names {variable}, and no such variable is set")
    return password
