"""A PostgreSQL server of its own for tests: a new cluster, reached by a socket in its folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

USER = "solidcell"
_SETTINGS = "-c listen_addresses='' -c fsync=off -c max_connections=20 -c shared_buffers=8MB"


def programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``, of the newest version there is."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    debian = Path("/usr/lib/postgresql")
    numbered = sorted(debian.glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    places += [path.parent for path in numbered]
    return next((place for place in reversed(places) if (place / "pg_ctl").exists()), None)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start one; gives the address of its ``postgres`` database. Skips where there is none."""
    if os.name == "nt":
        pytest.skip("these tests reach PostgreSQL by a Unix socket")
    tools = programs()
    if tools is None:
        pytest.skip("no PostgreSQL server here: initdb is neither on PATH nor in Debian's place")
    pytest.importorskip("psycopg", reason="psycopg is not installed: solidcell[postgres]")
    folder = Path(tempfile.mkdtemp(prefix="scpg-", dir="/tmp"))  # a short path, for the socket
    who = _not_root(folder)
    data = str(folder / "data")
    try:
        make = ["initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        _run(tools, make, who)
        options = f"{_SETTINGS} -k {folder}"
        log = str(folder / "log")
        _run(tools, ["pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"], who)
        try:
            yield f"postgresql+psycopg://{USER}@/postgres?host={folder}"
        finally:
            _run(tools, ["pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], who)
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)


def _not_root(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: be somebody who may do nothing else."""
    if os.geteuid() != 0:
        return {}
    import pwd  # there is none on Windows

    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(tools: Path, command: list[str], who: dict[str, Any]) -> None:
    program = str(tools / command[0])
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    subprocess.run(
        [program, *command[1:]],
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=60,
        **who,
    )
