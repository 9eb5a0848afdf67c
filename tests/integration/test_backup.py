"""A whole station in one file: made while it runs, put back with nothing lost, and never believed when damaged."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.station_process import StationFolder, station, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> StationFolder:
    """A station that speaks into files."""
    return StationFolder(tmp_path / "trạm của phường")


@pytest.fixture
def archive(folder: StationFolder, tmp_path: Path) -> Path:
    """A good backup of it."""
    folder.approve("bai-mot")
    made = tmp_path / "sao lưu.zip"
    folder.cli("backup", str(made))
    return made


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[StationFolder, bytes]:
    """A station that no test changes, and a good backup of it."""
    root = tmp_path_factory.mktemp("nguyên")
    folder = StationFolder(root / "trạm")
    folder.approve("bai-mot")
    folder.cli("backup", str(root / "tốt.zip"))
    return folder, (root / "tốt.zip").read_bytes()


def contents(root: Path) -> dict[str, str]:
    """Every file a person wrote, by its digest."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("station.toml", "schedules", "audio_scripts")
        for path in ([root / name] if (root / name).is_file() else sorted((root / name).rglob("*")))
        if path.is_file()
    }


def test_a_backup_of_a_running_station_is_a_whole_station(folder: StationFolder, tmp_path: Path) -> None:
    made = tmp_path / "sao lưu.zip"
    folder.approve("bai-dai")
    with station(folder) as running:
        folder.cli("air", "bai-dai", "--by", "Cán bộ", "--reason", "thử")
        wait_for(lambda: any(a["played_s"] > 0.5 for a in folder.status()["on_air"]), 20, lambda: running.output)
        told = folder.cli("backup", str(made))
        assert folder.status()["on_air"], "the airing went on meanwhile"
        folder.cli("stop", "--by", "Cán bộ", "--reason", "đủ rồi")
    assert "Đã sao lưu" in told
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sao lưu.zip", "trạm của phường"], "no leftover"
    other = tmp_path / "máy mới"
    folder.cli("--station", str(other), "restore", str(made))
    assert contents(other) == contents(folder.root)
    (verdict,) = folder.rows("--station", str(other), "log", "verify")
    assert verdict["holds"]
    assert verdict["rows"] > 2
    prepared = {r["script"]: r for r in folder.rows("--station", str(other), "prepare")}
    assert not prepared["bai-dai"]["made"], "its sound came along"
    assert Path(prepared["bai-dai"]["path"]).is_relative_to(other)


def test_putting_back_keeps_what_stood_there(folder: StationFolder, archive: Path) -> None:
    before = contents(folder.root)
    folder.script("bai-moi", "Bài mới", "Lời viết sau khi sao lưu.")
    later = contents(folder.root)
    folder.cli("restore", str(archive))
    assert contents(folder.root) == before
    (kept,) = folder.root.glob("truoc-khoi-phuc-*")
    assert contents(kept) == later
    assert (kept / "var/station.db").exists()
    assert folder.rows("log", "verify")[0]["holds"]
    assert not list(folder.root.glob(".restore-*"))


def test_a_running_station_is_not_replaced(folder: StationFolder, archive: Path) -> None:
    before = contents(folder.root)
    with station(folder):
        told = folder.cli("restore", str(archive), code=2)
    assert "đang chạy" in told
    assert contents(folder.root) == before


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(2000, len(data) - 2000, 997):
        data[place] ^= 0xFF
    path.write_bytes(bytes(data))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _letter(path: Path) -> None:
    path.write_text("đây là một bức thư\n" * 50, encoding="utf-8")


def _with(manifest: object, *names: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as made:
            for name in names:
                made.writestr(name, b"x")
            made.writestr("manifest.json", manifest if isinstance(manifest, str) else json.dumps(manifest))

    return write


def _lists(name: str) -> Callable[[Path], None]:
    """An archive that would have this name written."""
    return _with({"files": {name: hashlib.sha256(b"x").hexdigest()}}, name or "x")


@pytest.mark.parametrize(
    "damage",
    [
        _cut, _flip, _empty, _letter, _with("{"), _with([]), _with({}), _with({"files": []}),
        _with({"files": {"station.toml": "0"}}), _lists("../thoat.txt"), _lists("/thoat.txt"),
        _lists("var/../../thoat.txt"), _lists("bin/sh"), _lists(""), _lists("."),
        _with({"files": {"station.toml": "0"}}, "station.toml"), _with({"files": {"station.toml": 5}}, "station.toml"),
    ],
)  # fmt: skip
def test_a_damaged_archive_is_refused_and_nothing_is_touched(
    untouched: tuple[StationFolder, bytes], damage: Callable[[Path], None]
) -> None:
    folder, whole = untouched
    archive = folder.root.parent / "hỏng.zip"
    archive.write_bytes(whole)
    before = contents(folder.root)
    damage(archive)
    told = folder.cli("restore", str(archive), code=2)
    assert "không phải bản sao lưu nguyên vẹn" in told
    assert contents(folder.root) == before
    assert not list(folder.root.glob(".restore-*"))
    assert not list(folder.root.glob("truoc-khoi-phuc-*"))
    assert not list(folder.root.parent.glob("**/thoat.txt"))


def test_a_backup_that_cannot_be_written_leaves_the_older_one(folder: StationFolder, archive: Path) -> None:
    older = archive.read_bytes()
    place = archive.with_name(archive.name + ".part")
    place.mkdir()
    told = folder.cli("backup", str(archive), code=2)
    assert "Không sao lưu được" in told
    assert archive.read_bytes() == older
    assert "→" in folder.cli("backup", str(archive / "trong một tệp" / "a.zip"), code=2)
