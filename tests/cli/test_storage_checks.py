"""What the doctor says of the disk and the database."""

import pytest
from solidcell.acquisition.record.file_system import FileSystem
from solidcell.cli import storage_checks
from solidcell.cli.storage_checks import database_finding, storage_findings


@pytest.mark.parametrize("version", [(3, 44, 6), (3, 44, 9), (3, 50, 7), (3, 51, 3), (3, 60, 0)])
def test_an_sqlite_without_the_bug_of_two_writers_is_well(version):
    assert database_finding(version).verdict == "ok"


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)])
def test_an_sqlite_with_the_bug_of_two_writers_is_noted_with_what_it_means(version):
    finding = database_finding(version)
    assert finding.verdict == "note"
    assert "one writing connection" in finding.detail


def finding_of(subject, folder, *, thorough=False):
    return next(
        each for each in storage_findings(folder, thorough=thorough) if each.subject == subject
    )


@pytest.mark.parametrize(
    ("flush_ms", "verdict"), [(0.001, "note"), (0.5, "ok"), (12.0, "ok"), (80.0, "note")]
)
def test_a_disk_that_is_too_fast_to_be_true_or_slow_is_noted(
    tmp_path, monkeypatch, flush_ms, verdict
):
    monkeypatch.setattr(storage_checks, "_flush_waits_ms", lambda _, tries: [flush_ms] * tries)
    assert finding_of("disk", tmp_path).verdict == verdict


def test_a_thorough_look_tells_of_the_slowest_flush(tmp_path, monkeypatch):
    monkeypatch.setattr(
        storage_checks, "_flush_waits_ms", lambda _, tries: [1.0] * (tries - 1) + [99.0]
    )
    assert "the longest 99 ms" in finding_of("disk", tmp_path, thorough=True).detail
    assert "99 ms" not in finding_of("disk", tmp_path).detail


def test_the_flushes_of_this_disk_can_be_measured(tmp_path):
    assert len(storage_checks._flush_waits_ms(tmp_path, 3)) == 3


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (FileSystem(kind="nfs4", is_of_another_machine=True), "problem"),
        (FileSystem(kind="tmpfs", is_of_another_machine=False, is_in_memory=True), "note"),
        (FileSystem(kind="ext4", is_of_another_machine=False), "ok"),
    ],
)
def test_a_folder_on_the_network_is_a_problem_and_one_in_memory_is_noted(
    tmp_path, monkeypatch, found, verdict
):
    monkeypatch.setattr(storage_checks, "file_system_of", lambda _: found)
    finding = finding_of("folder", tmp_path)
    assert finding.verdict == verdict
    assert found.kind in finding.detail


@pytest.mark.parametrize(("free", "verdict"), [(10**6, "problem"), (10**8, "note"), (10**11, "ok")])
def test_too_little_room_is_told_before_a_run(tmp_path, monkeypatch, free, verdict):
    class Usage:
        pass

    Usage.free = free
    monkeypatch.setattr(storage_checks.shutil, "disk_usage", lambda _: Usage)
    assert finding_of("room", tmp_path).verdict == verdict


def test_a_folder_that_cannot_be_made_is_a_problem(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert finding_of("disk", tmp_path / "file" / "runs").verdict == "problem"
