"""One script file: what is read aloud, the blanks, the recording, and every mistake at its line."""

import hashlib
import os
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.recording_files import RecordingFiles
from broadcaster.adapters.recording_heads import RECORDING_SUFFIXES
from broadcaster.adapters.scripts_md import LARGEST_SCRIPT, SCRIPT_FIELDS, ScriptRules, read_script
from broadcaster.domain.problems import Problem, Severity
from broadcaster.domain.scripts import Kind, Script

NAME = "audio_scripts/bai.md"
HEAD = "---\ntieu_de: Một cửa\nloai: chuyên mục\n"
WAV = b"RIFF....WAVEfmt " + b"\x00" * 100


class Desk:
    """A folder to write one script in and read it back."""

    def __init__(self, root: Path, blanks: dict[str, str] | None = None) -> None:
        self.scripts = root / "audio_scripts"
        self.scripts.mkdir(exist_ok=True)
        self.recordings = RecordingFiles(root, "audio_scripts")
        self.rules = ScriptRules(blanks=blanks or {}, recordings=self.recordings, voices=("gtts", "espeak"))

    def read(self, text: str | bytes, stem: str = "bai") -> tuple[Script | None, tuple[Problem, ...]]:
        path = self.scripts / f"{stem}.md"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_script(path, f"audio_scripts/{stem}.md", self.rules)

    def good(self, text: str | bytes, stem: str = "bai") -> Script:
        script, problems = self.read(text, stem)
        assert problems == ()
        assert script is not None
        return script

    def told(self, text: str | bytes) -> list[tuple[str, int | None]]:
        return [(p.code, p.where.line) for p in self.read(text)[1]]

    def only(self, text: str | bytes) -> Problem:
        (problem,) = self.read(text)[1]
        return problem


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_every_field_is_read(desk: Desk) -> None:
    (desk.scripts / "bai.mp3").write_bytes(b"ID3" + b"\x00" * 50)
    script = desk.good(
        "---\nma: nd-d2-mot-cua\nTiêu đề: Một cửa là gì\nloai: Chuyên mục\nma_noi_dung: [ND-D2, nd-d6]\n"
        "linh_vuc: thủ tục hành chính; hiện đại hóa\ntac_gia: Văn hóa - Xã hội phường\n"
        'nguon: ["Nghị định 61/2018/NĐ-CP, Điều 3", Luật số 10/2022/QH15]\nhieu_luc_tu: 04/03/2024\n'
        "hieu_luc_den: 2024-06-30\nda_thay_boi: nd-d2-moi\nngon_ngu: tiếng Việt\ngiong: eSpeak\ntoc_do: 195\nlap: 2 lần\n"
        "cach_lap: 3 giây\nban_thu: bai.mp3\nxuat_xu: Đài tỉnh\nghi_chu: phát mỗi quý\n---\nLời đọc.\n"
    )
    assert script.id == "nd-d2-mot-cua"
    assert script.title == "Một cửa là gì"
    assert script.kind is Kind.FEATURE
    assert script.topics == ("ND-D2", "ND-D6")
    assert script.fields == ("thủ tục hành chính", "hiện đại hóa")
    assert script.author == "Văn hóa - Xã hội phường"
    assert script.sources == ("Nghị định 61/2018/NĐ-CP, Điều 3", "Luật số 10/2022/QH15")
    assert (script.valid_from, script.valid_until) == (date(2024, 3, 4), date(2024, 6, 30))
    assert script.superseded_by == "nd-d2-moi"
    assert (script.language, script.voice, script.speed) == ("vi", "espeak", 195)
    assert (script.repeat, script.repeat_gap_s) == (2, 3.0)
    assert script.recording == "audio_scripts/bai.mp3"
    assert script.recording_sha256 == hashlib.sha256(b"ID3" + b"\x00" * 50).hexdigest()
    assert (script.origin, script.note, script.text) == ("Đài tỉnh", "phát mỗi quý", "Lời đọc.")
    assert (script.where.file, script.where.line) == (NAME, 21)


def test_every_field_has_its_place_in_the_test_above(desk: Desk) -> None:
    text = "---\n" + "".join(f"{name}: ''\n" for name in SCRIPT_FIELDS) + "---\nA"
    assert [code for code, _ in desk.told(text)] == ["field-missing", "field-missing"]


def test_the_file_name_is_the_id_and_defaults_hold(desk: Desk) -> None:
    script = desk.good(HEAD + "---\nMột.\n\nHai.\n", stem="Một cửa là gì")
    assert script.id == "mot-cua-la-gi"
    assert script.text == "Một.\n\nHai."
    assert (script.repeat, script.language, script.voice, script.recording) == (1, "vi", None, None)
    assert script.origin == "tự sản xuất"


def test_sources_as_one_text_keep_their_commas(desk: Desk) -> None:
    script = desk.good(HEAD + "nguon: Luật A, Điều 3; Luật B\n---\nA")
    assert script.sources == ("Luật A, Điều 3", "Luật B")


@pytest.mark.parametrize(
    "dirty",
    [
        "\ufeff" + HEAD + "---\nHòa bình.\n",
        (HEAD + "---\nHòa bình.\n").replace("\n", "\r\n"),
        (HEAD + "---\nHòa bình.\n").replace("\n", "\r"),
        unicodedata.normalize("NFD", HEAD + "---\nHòa bình.\n"),
        HEAD + "---\nHòa\u00a0bình.\u200b\n",
        HEAD + "---\n\n\nHòa bình.   \n\n\n",
        "\n\n" + HEAD + "--- \nHòa bình.",
        "—\ntieu_de: Một cửa\nloai: chuyên mục\n—\nHòa bình.",
        "-----\ntieu_de: Một cửa\nloai: chuyên mục\n———\nHòa bình.",
    ],
)
def test_dirt_of_editors_changes_nothing(desk: Desk, dirty: str) -> None:
    clean = desk.good(HEAD + "---\nHòa bình.\n")
    script = desk.good(dirty)
    assert script.text_sha256 == clean.text_sha256
    assert (script.title, script.text) == (clean.title, clean.text)


def test_word_quotes_are_kept_in_prose(desk: Desk) -> None:
    script = desk.good("---\ntieu_de: “Một cửa” – là gì\nloai: “chuyên mục”\n---\n“Chào” bà con – xin mời…")
    assert script.title == "“Một cửa” – là gì"
    assert script.kind is Kind.FEATURE
    assert script.text == "“Chào” bà con – xin mời…"


def test_a_rule_in_the_body_is_only_text(desk: Desk) -> None:
    assert desk.good(HEAD + "---\nA\n---\nB").text == "A\n---\nB"


def test_comments_are_dropped_with_their_lines(desk: Desk) -> None:
    plain = desk.good(HEAD + "---\nMột.\n\nHai ba.\n")
    noted = desk.good(
        HEAD + "---\n<!-- ghi chú -->\n\nMột.\n\n<!-- dài\n{x}\n\n-->\n\nHai<!-- xen --> ba.\n<!-- cuối -->"
    )
    assert noted.text == plain.text
    assert noted.text_sha256 == plain.text_sha256
    assert noted.where.line == 7


def test_a_comment_between_two_lines_does_not_part_them(desk: Desk) -> None:
    assert desk.good(HEAD + "---\nMột\n<!-- a -->\n<!-- b -->\nhai\n\n<!-- c -->\nba").text == "Một\nhai\n\nba"


def test_the_text_begins_at_the_line_told(desk: Desk) -> None:
    script = desk.good(HEAD + "---\n\n\nLời đầu.\nLời hai.\n")
    assert script.where.line == 7


def test_blanks_are_filled_from_the_station(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"duong_day_nong": "0296 3831234", "gio_lam_viec": "7 giờ"})
    script = desk.good(HEAD + "---\nGọi {duong_day_nong}, {Đường dây nóng}, từ {gio-lam-viec}.")
    assert script.text == "Gọi 0296 3831234, 0296 3831234, từ 7 giờ."
    assert script.blanks == ()


def test_filling_a_blank_changes_the_digest(tmp_path: Path) -> None:
    texts = [Desk(tmp_path, {"so": value}).good(HEAD + "---\nSố {so}.") for value in ("1", "2")]
    assert texts[0].text_sha256 != texts[1].text_sha256


def test_empty_and_unknown_blanks_lock_the_script(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"duong_day_nong": "", "nguoi_ky": "A"})
    text = HEAD + "---\nGọi\n{duong_day_nong} hay {dường dây nóng}\n<!--\n\n-->\n{nguoi_kyy} {nguoi_ky} {…}"
    script, (problem,) = desk.read(text)
    assert script is not None
    assert script.blanks == ("duong_day_nong", "nguoi_kyy", "…")
    assert "{nguoi_kyy} A {…}" in script.text
    assert (problem.code, problem.severity, problem.where.line) == ("blank-unfilled", Severity.WARNING, 6)
    assert "{duong_day_nong} (dòng 6), {nguoi_kyy} (dòng 10), {…} (dòng 10)" in problem.message
    assert "«nguoi_ky»" in problem.hint
    assert "[cho_trong]" in problem.hint


def test_a_lone_brace_is_a_warning(desk: Desk) -> None:
    problem = desk.only(HEAD + "---\nA\nB {so\n điện thoại}")
    assert (problem.code, problem.severity, problem.where.line) == ("brace-stray", Severity.WARNING, 6)


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ("", "script-empty", None, "---"),
        ("\n \n", "script-empty", None, "---"),
        ("Kính thưa bà con.", "front-matter-missing", 1, "---"),
        ("tieu_de: A\nloai: tin\n---\nA", "front-matter-missing", 1, "---"),
        (HEAD + "Kính thưa bà con.\n", "front-matter-unclosed", 1, "dòng 4"),
        ("---\n---\nA", "front-matter-empty", 2, "---"),
        (HEAD + "---\n", "script-empty", 5, "ban_thu"),
        (HEAD + "---\n<!-- chưa viết -->\n", "script-empty", 5, "ban_thu"),
        (HEAD + "---\nA\n<!-- chưa đóng\nB", "comment-unclosed", 6, "-->"),
        ("---\nloai: tin\n---\nA", "field-missing", 2, "tieu_de"),
        ("---\ntieu_de: A\n---\nA", "field-missing", 2, "loai"),
        ("---\ntieu_de: A\nloai: chuyenmucc\n---\nA", "kind-unknown", 3, "«chuyên mục»"),
        (HEAD + "tac_gja: A\n---\nA", "unknown-field", 4, "«tac_gia»"),
        (HEAD + "Tiêu Đề: B\n---\nA", "duplicate", 4, "dòng 2 và dòng 4"),
        (HEAD + "hieu_luc_tu: 31/4/2024\n---\nA", "date-impossible", 4, "30"),
        (HEAD + "hieu_luc_tu: 02/03/2024\nhieu_luc_den: 01/03/2024\n---\nA", "dates-reversed", 5, "thứ tự"),
        (HEAD + "toc_do: 500\n---\nA", "number-range", 4, "300"),
        (HEAD + "lap: 0\n---\nA", "number-range", 4, "1"),
        (HEAD + "cach_lap: lâu\n---\nA", "duration-format", 4, "giây"),
        (HEAD + "giong: espeek\n---\nA", "voice-unknown", 4, "«espeak»"),
        (HEAD + "ngon_ngu: tiếng Anh Mỹ\n---\nA", "language", 4, "vi"),
        (HEAD + "ma: '???'\n---\nA", "id-unusable", 4, "gạch nối"),
        (HEAD + "ma: a\nda_thay_boi: a\n---\nA", "superseded-by-itself", 5, "bài mới"),
        (HEAD + "tac_gia: [a, b]\n---\nA", "yaml-shape", 4, "một giá trị"),
        (HEAD + "nguon:\n  - a\n  - b: c\n---\nA", "yaml-shape", 6, "dấu nháy kép"),
        ("---\ntieu_de: Một cửa: là gì\nloai: tin\n---\nA", "yaml-syntax", 2, "dấu nháy kép"),
        ("---\ntieu_de: “Một cửa: là gì”\nloai: tin\n---\nA", "yaml-word-quotes", 2, "Word"),
        ("---\ntieu_de: A\n\tloai: tin\n---\nA", "yaml-tab", 3, "Tab"),
        ("---\ntieu_de:A\nloai:tin\n---\nA", "yaml-shape", 2, "dấu cách"),
        ("---\n- a\n---\nA", "yaml-shape", 2, "trường"),
        (HEAD + "ban_thu: a.mp3\n---\n", "recording-missing", 4, "audio_scripts"),
        (HEAD + "ban_thu: a.m4a\n---\n", "recording-suffix", 4, "mp3"),
        (HEAD + "ban_thu: ../a.mp3\n---\n", "recording-path", 4, "tên tệp"),
        (HEAD + "ban_thu: /etc/a.mp3\n---\n", "recording-path", 4, "tên tệp"),
        (HEAD + "ban_thu: 'C:\\a.mp3'\n---\n", "recording-path", 4, "tên tệp"),
        (HEAD + "ban_thu: thu\\a.mp3\n---\n", "recording-path", 4, "tên tệp"),
        ("Thông báo".encode("utf-16"), "encoding", None, "UTF-8"),
        (b"---\ntieu_de: Th\xf4ng b\xe1o\n---\n", "encoding", 2, "Lưu lại dạng UTF-8"),
        ("---\ntieu_de: Th«ng b¸o vÒ viÖc cña ®µi\n---\n".encode(), "encoding-legacy", 2, "UniKey"),
        (b"PK\x03\x04....", "file-foreign", None, "UTF-8"),
        (b"---\n" + b"a" * LARGEST_SCRIPT, "file-huge", None, "Chia"),
        (b"---\n\x00\x01\x02" + b"abc" * 30, "file-binary", None, "UTF-8"),
    ],
)  # fmt: skip
def test_one_mistake_one_problem_at_its_line(
    desk: Desk, text: str | bytes, code: str, line: int | None, said: str
) -> None:
    problem = desk.only(text)
    assert (problem.code, problem.where.line, problem.severity) == (code, line, Severity.ERROR)
    assert problem.where.file == NAME
    assert said in f"{problem.message} {problem.hint}"


def test_all_mistakes_of_a_file_come_at_once(desk: Desk) -> None:
    text = HEAD + "hieu_luc_tu: 31/4/2024\nlap: x\nmau: đỏ\nban_thu: a.exe\n---\n{so"
    assert sorted(desk.told(text)) == [
        ("brace-stray", 9), ("date-impossible", 4), ("number-format", 5), ("recording-suffix", 7), ("unknown-field", 6),
    ]  # fmt: skip
    nothing_usable = "---\nloai: tinn\nmau: đỏ\n---\n"
    assert sorted(desk.told(nothing_usable)) == [
        ("field-missing", 2), ("kind-unknown", 2), ("script-empty", 5), ("unknown-field", 3),
    ]  # fmt: skip


def test_a_recording_alone_is_enough(desk: Desk) -> None:
    for suffix in RECORDING_SUFFIXES:
        (desk.scripts / f"thu{suffix}").write_bytes(WAV)
        script = desk.good(HEAD + f"ban_thu: thu{suffix}\n---\n")
        assert script.recording == f"audio_scripts/thu{suffix}"
        assert script.text == ""


def test_a_recording_in_a_folder_with_a_vietnamese_name(desk: Desk) -> None:
    folder = desk.scripts / "ghi âm"
    folder.mkdir()
    (folder / unicodedata.normalize("NFD", "Chào bà con.mp3")).write_bytes(WAV)
    script = desk.good(HEAD + "ban_thu: audio_scripts/ghi âm/Chào bà con.mp3\n---\n")
    assert script.recording == "audio_scripts/ghi âm/Chào bà con.mp3"


def test_a_recording_of_a_near_name_is_offered(desk: Desk) -> None:
    (desk.scripts / "chao-ba-con.mp3").write_bytes(WAV)
    assert "«chao-ba-con.mp3»" in desk.only(HEAD + "ban_thu: chao_ba_conn.mp3\n---\n").hint


def test_an_empty_or_disguised_recording(desk: Desk) -> None:
    (desk.scripts / "rong.mp3").write_bytes(b"")
    assert desk.only(HEAD + "ban_thu: rong.mp3\n---\n").code == "recording-empty"
    (desk.scripts / "la.mp3").write_bytes(b"\x00\x00\x00 ftypM4A ")
    problem = desk.only(HEAD + "ban_thu: la.mp3\n---\n")
    assert (problem.code, problem.severity) == ("recording-foreign", Severity.WARNING)


def test_a_link_out_of_the_folder_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "ngoai.mp3").write_bytes(WAV)
    (desk.scripts / "trong.mp3").symlink_to(tmp_path / "ngoai.mp3")
    assert desk.only(HEAD + "ban_thu: trong.mp3\n---\n").code == "recording-path"


def test_a_recording_is_digested_again_only_when_it_changes(desk: Desk) -> None:
    path = desk.scripts / "thu.wav"
    path.write_bytes(WAV)
    first = desk.recordings.find("thu.wav")
    assert desk.recordings.find("thu.wav") is first
    stat = path.stat()
    path.write_bytes(WAV[:-1] + b"\x01")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert desk.recordings.find("thu.wav").sha256 != first.sha256


@pytest.mark.parametrize("noise", ["<!--", "{", "{a}", "}{", "<!-- -->", "\n<!-- -->\n", "--->", " \n", "\n{}\n"])
def test_a_megabyte_of_anything_comes_to_an_end(desk: Desk, noise: str) -> None:
    script, _ = desk.read(HEAD + "---\n" + noise * (900_000 // len(noise)))
    assert script is not None


@given(st.binary(), st.text(), st.text(alphabet="-—{}<!>: \nabđ[]\"'#", max_size=200))
def test_any_bytes_give_a_script_or_problems(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, a: str, b: str
) -> None:
    desk = Desk(tmp_path_factory.getbasetemp())
    for data in (raw, a.encode(), (HEAD + "---\n" + b).encode(), ("---\n" + b + "\n---\n" + a).encode()):
        script, problems = desk.read(data)
        assert script is not None or problems
        assert all(p.message and p.hint and p.where.file == NAME for p in problems)
