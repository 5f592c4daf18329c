"""A catalogue lies with its runs where it can, and elsewhere where it must."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from solidcell.acquisition.catalogue import place
from solidcell.acquisition.catalogue.place import catalogue_file
from solidcell.acquisition.record.file_system import FileSystem


@pytest.fixture(autouse=True)
def _own_data_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(place.platformdirs, "user_data_path", lambda name: tmp_path / name)


def test_a_catalogue_lies_in_the_data_folder_and_nothing_is_left_by_looking(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    assert catalogue_file(folder) == folder / "lab.sqlite"
    assert list(folder.iterdir()) == []


def test_of_a_folder_that_only_others_may_write_it_lies_with_the_user(tmp_path):
    folder = Path(tempfile.mkdtemp())  # not below tmp_path, which is for one user alone
    folder.chmod(0o555)
    me = os.geteuid() if hasattr(os, "geteuid") else None
    if me is None:
        pytest.skip("this system has no folders that only others may write")
    try:
        if me == 0:
            os.seteuid(65534)
        file = catalogue_file(folder)
    finally:
        os.seteuid(me)
        folder.chmod(0o755)
        shutil.rmtree(folder)
    assert file.parent == tmp_path / "solidcell" / "catalogues"


def test_on_a_network_file_system_it_lies_with_the_user_one_for_each_folder(tmp_path, monkeypatch):
    network = FileSystem(kind="nfs4", is_of_another_machine=True)
    monkeypatch.setattr(place, "file_system_of", lambda folder: network)
    first, second = (catalogue_file(tmp_path / name) for name in ("a", "b"))
    assert first.parent == second.parent == tmp_path / "solidcell" / "catalogues"
    assert first != second
    assert catalogue_file(tmp_path / "a") == first
