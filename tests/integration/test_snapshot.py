"""The last good copy of a station's files: whole, of one version, and still there when the disk or a person misbehaves."""

import shutil
from pathlib import Path

import pytest

from broadcaster.adapters.snapshot import FolderSnapshot
from broadcaster.domain.problems import has_errors
from broadcaster.wiring.parts import reader
from tests.station_process import StationFolder


@pytest.fixture
def folder(tmp_path: Path) -> StationFolder:
    """A small clean station."""
    return StationFolder(tmp_path / "trạm")


def snapshot(folder: StationFolder) -> FolderSnapshot:
    """Its last-good copy."""
    return FolderSnapshot(folder.root, folder.root / "var/last-good", reader)


def test_what_was_kept_reads_like_the_station_it_was(folder: StationFolder) -> None:
    kept = snapshot(folder)
    assert kept.reader() is None
    good = reader(folder.root).read()
    assert not has_errors(good.problems)
    kept.keep(good.version)
    folder.calendar("khung_gio: [{ma: sang, gio: ['25:00']}]\n")
    assert has_errors(reader(folder.root).read().problems)
    again = snapshot(folder).reader()
    assert again is not None
    copy = again.read()
    assert (copy.version, copy.settings, copy.scripts, copy.calendar) == (
        good.version,
        good.settings,
        good.scripts,
        good.calendar,
    )


def test_the_same_version_is_not_copied_again_and_another_replaces_it_whole(folder: StationFolder) -> None:
    kept = snapshot(folder)
    kept.keep("v1")
    before = (folder.root / "var/last-good").stat().st_ino
    kept.keep("v1")
    assert (folder.root / "var/last-good").stat().st_ino == before
    (folder.root / "audio_scripts/bai-hai.md").unlink()
    kept.keep("v2")
    assert not (folder.root / "var/last-good/audio_scripts/bai-hai.md").exists()
    assert sorted(p.name for p in (folder.root / "var").iterdir()) == ["last-good"], "no leftover"


def test_recordings_are_linked_and_texts_are_copied(folder: StationFolder) -> None:
    recording = folder.root / "audio_scripts/thu.wav"
    recording.write_bytes(b"RIFF")
    snapshot(folder).keep("v1")
    copied = folder.root / "var/last-good/audio_scripts"
    assert recording.samefile(copied / "thu.wav")
    assert not (folder.root / "audio_scripts/bai-mot.md").samefile(copied / "bai-mot.md")


def test_a_copy_that_a_crash_left_half_made_is_cleared_away(folder: StationFolder) -> None:
    (folder.root / "var/last-good.new/audio_scripts").mkdir(parents=True)
    (folder.root / "var/last-good.old").mkdir()
    kept = snapshot(folder)
    kept.keep("v1")
    assert sorted(p.name for p in (folder.root / "var").iterdir()) == ["last-good"]
    assert kept.reader() is not None


def test_when_it_cannot_be_copied_the_older_copy_stays(folder: StationFolder, caplog: pytest.LogCaptureFixture) -> None:
    kept = snapshot(folder)
    kept.keep("v1")
    shutil.rmtree(folder.root / "schedules")
    (folder.root / "schedules").symlink_to(folder.root / "khong-co")
    (folder.root / "audio_scripts/vong").symlink_to(folder.root / "audio_scripts")
    kept.keep("v2")
    assert [getattr(r, "action", "") for r in caplog.records] == ["snapshot_failed"]
    assert (folder.root / "var/last-good/VERSION").read_text(encoding="ascii") == "v1"
    assert (folder.root / "var/last-good/schedules/lich.yaml").exists()


def test_a_copy_without_its_version_is_no_copy(folder: StationFolder) -> None:
    kept = snapshot(folder)
    kept.keep("v1")
    (folder.root / "var/last-good/VERSION").write_bytes(b"\xff\xfe")
    assert kept.reader() is None
    (folder.root / "var/last-good/VERSION").unlink()
    assert kept.reader() is None
