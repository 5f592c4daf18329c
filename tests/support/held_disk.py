"""A disk whose commits wait until a test lets them go, for a writer in the test's own process."""

import threading
from typing import Any

import pytest
from solidcell.acquisition.record import writer as writer_module
from solidcell.acquisition.record.write_ahead import open_for_writing


class HeldDisk:
    """Commits pass until ``hold``; those that wait are let go by ``release``."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self._counted = threading.Condition()
        self._reached = 0
        self._passed = 0

    @classmethod
    def under_all_writers(cls, monkeypatch: pytest.MonkeyPatch) -> "HeldDisk":
        disk = cls()
        monkeypatch.setattr(
            writer_module,
            "open_for_writing",
            lambda path: _Connection(open_for_writing(path), disk),
        )
        return disk

    @property
    def is_held(self) -> bool:
        return not self._free.is_set()

    def hold(self) -> None:
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    def wait_for_a_commit_at_the_gate(self) -> None:
        with self._counted:
            assert self._counted.wait_for(lambda: self._reached > self._passed, 30.0)

    def wait_for_commits(self, number: int) -> None:
        """Until so many commits have passed since the beginning."""
        with self._counted:
            assert self._counted.wait_for(lambda: self._passed >= number, 30.0)

    def commit(self, db: Any) -> Any:
        with self._counted:
            self._reached += 1
            self._counted.notify_all()
        assert self._free.wait(60.0), "nobody let the disk go"
        result = db.execute("COMMIT")
        with self._counted:
            self._passed += 1
            self._counted.notify_all()
        return result


class _Connection:
    def __init__(self, db: Any, disk: HeldDisk) -> None:
        self._db, self._disk = db, disk

    def execute(self, sql: str) -> Any:
        return self._disk.commit(self._db) if sql == "COMMIT" else self._db.execute(sql)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)
