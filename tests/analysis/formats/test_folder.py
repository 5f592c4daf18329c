"""A folder of spectra: which files count, and in which order."""

import pytest
from solidcell.analysis.formats.folder import spectrum_files


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deeper").mkdir()
    (tmp_path / ".cache").mkdir()
    for name in (
        "cell_10.csv",
        "cell_2.CSV",
        "photo.png",
        "deeper/a.mpt",
        ".cache/b.csv",
        ".c.csv",
    ):
        (tmp_path / name).write_text("", encoding="utf-8")
    return tmp_path


def test_a_folder_gives_its_files_in_the_order_of_their_numbers(folder):
    names = [path.relative_to(folder).as_posix() for path in spectrum_files([folder])]
    assert names == ["cell_2.CSV", "cell_10.csv", "deeper/a.mpt"]


def test_a_file_named_by_hand_is_taken_whatever_its_ending_and_once(folder):
    photo = folder / "photo.png"
    assert spectrum_files([photo, photo]) == [photo]


def test_a_folder_without_spectra_says_what_they_are_called(tmp_path):
    (tmp_path / "photo.png").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"may hold spectra; those end in .csv, .dat"):
        spectrum_files([tmp_path])


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        spectrum_files([tmp_path / "nowhere"])
