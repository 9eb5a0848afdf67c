"""What the list of scripts says, asks and compares."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from broadcaster.domain.clips import Clip
from broadcaster.domain.edits import ABSENT, Edit, FileChange
from broadcaster.domain.reviews import Review, ScriptState, Step
from broadcaster.domain.scripts import Approval, Kind, Script, ScriptId, TopicCode
from broadcaster.present.web_script_versions import compare, deeds, history
from broadcaster.present.web_scripts import (
    ScriptQuery,
    approval_sentence,
    badges,
    blocks,
    broken_row,
    length_of,
    row_of,
    validity,
    voice_name,
)

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SCRIPT = Script(
    id=ScriptId("mot-cua"), title="Một cửa là gì", kind=Kind.FEATURE, topics=(TopicCode("ND-D2.1"),), text="Một cửa."
)
CLIP = Clip(
    key="k",
    audio_sha256="a" * 64,
    path="",
    script_id=SCRIPT.id,
    text_sha256=SCRIPT.text_sha256,
    voice="espeak",
    frames=48_000 * 65,
    loudness_lufs=-16.0,
    true_peak_dbtp=-1.5,
    syllables=3,
)
APPROVAL = Approval(
    script_id=SCRIPT.id, text_sha256=SCRIPT.text_sha256, audio_sha256=CLIP.audio_sha256, by="Trần Văn Đức", at=NOW
)


def of(script: Script, state: ScriptState = ScriptState.DRAFT, *, broken: bool = False) -> list[str]:
    """The words of a script's badges."""
    return [b.word for b in badges(script, state, today=TODAY, scripts={script.id: script}, broken=broken)]


def test_the_state_comes_first_then_what_else_must_be_known() -> None:
    script = replace(SCRIPT, blanks=("so",), valid_until=date(2026, 12, 8), superseded_by=ScriptId("moi"))
    expected = ["chờ duyệt", "có lỗi", "thiếu chỗ trống", "sắp hết hiệu lực", "đã có bài thay"]
    assert of(script, ScriptState.WAITING, broken=True) == expected
    assert of(replace(SCRIPT, valid_until=date(2026, 12, 9))) == ["nháp"]
    assert of(replace(SCRIPT, valid_until=date(2026, 11, 23)), ScriptState.EXPIRED) == ["hết hiệu lực"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (ScriptQuery(), True),
        (ScriptQuery(words="MOT cửa"), True),
        (ScriptQuery(words="mot-cua"), True),
        (ScriptQuery(words="cửa sổ"), False),
        (ScriptQuery(state="nhap"), True),
        (ScriptQuery(state="duyet"), False),
        (ScriptQuery(topic="nd-d"), True),
        (ScriptQuery(topic="ND-DD"), False),
        (ScriptQuery(kind="chuyên mục"), True),
        (ScriptQuery(kind="tin"), False),
    ],
)
def test_the_list_is_narrowed(query: ScriptQuery, found: bool) -> None:
    marks = badges(SCRIPT, ScriptState.DRAFT, today=TODAY, scripts={}, broken=False)
    assert bool(query.take([row_of(SCRIPT, marks, rate=180)])) is found


def test_a_question_keeps_its_filters_on_the_next_page() -> None:
    assert ScriptQuery().link() == "/bai-phat"
    assert ScriptQuery(words="a&b", state="cho").link(2) == "/bai-phat?tim=a%26b&trang_thai=cho&trang=2"


def test_a_file_that_is_no_script_is_found_by_its_error() -> None:
    row = broken_row("hong", "audio_scripts/hong.md")
    assert ScriptQuery(state="loi", words="hong").take([row]) == [row]


def test_lengths_say_whether_they_were_measured() -> None:
    assert (length_of(SCRIPT, CLIP, 9).text, length_of(SCRIPT, CLIP, 9).source) == ("1:05", "thật")
    assert (length_of(SCRIPT, None, 70).text, length_of(SCRIPT, None, 70).source) == ("1:10", "ước tính")
    assert length_of(replace(SCRIPT, recording="x.mp3"), None, 0).text == "—"


def test_validity_names_both_ends() -> None:
    first, last = date(2026, 1, 2), date(2026, 3, 4)
    assert validity(SCRIPT) == "không hạn"
    assert validity(replace(SCRIPT, valid_from=first)) == "từ 02/01/2026"
    assert validity(replace(SCRIPT, valid_until=last)) == "đến hết 04/03/2026"
    assert validity(replace(SCRIPT, valid_from=first, valid_until=last)) == "02/01/2026 – 04/03/2026"


def test_an_approval_says_what_voided_it() -> None:
    assert approval_sentence(APPROVAL, SCRIPT, CLIP) == "Trần Văn Đức đã duyệt Thứ Ba 24/11/2026 08:00."
    assert "lời đọc đã sửa" in approval_sentence(APPROVAL, replace(SCRIPT, text="Hai cửa."), CLIP)
    assert "làm lại" in approval_sentence(APPROVAL, SCRIPT, replace(CLIP, audio_sha256="b" * 64))
    assert "không còn thấy" in approval_sentence(APPROVAL, SCRIPT, None)
    assert ", theo 12/PD." in approval_sentence(replace(APPROVAL, ref="12/PD"), SCRIPT, CLIP)


def test_every_reason_for_silence_comes_with_a_way_out() -> None:
    script = replace(
        SCRIPT,
        blanks=tuple(f"b{n}" for n in range(10)),
        valid_from=date(2027, 1, 1),
        valid_until=date(2026, 1, 1),
        superseded_by=ScriptId("moi"),
    )
    found = blocks(script, ScriptState.RETURNED, today=TODAY, scripts={}, clip=None, broken=True)
    texts = " ".join(b.text for b in found)
    for words in ("có lỗi", "{b0}", "và 2 chỗ nữa", "01/01/2026", "01/01/2027", "thay bằng bài moi", "trả lại"):
        assert words in texts
    assert all(b.way for b in found)
    assert blocks(SCRIPT, ScriptState.APPROVED, today=TODAY, scripts={}, clip=CLIP, broken=False) == ()


def test_a_voice_nobody_named_keeps_its_own_name() -> None:
    assert "espeak" in voice_name("espeak")
    assert voice_name("bản thu") == "bản thu"


def edit(number: int, before: str, after: str, undoes: int | None = None) -> Edit:
    change = FileChange(name="audio_scripts/a.md", before=before, after=after)
    return Edit(number=number, at=NOW, by="Lan (lan)", why="Sửa", changes=(change,), undoes=undoes)


def test_the_history_begins_with_what_was_there_before() -> None:
    found = history([edit(2, "b", "c"), edit(1, "a", "b")], "audio_scripts/a.md", "c")
    assert [v.digest for v in found.versions] == ["c", "b", "a"]
    assert [v.current for v in found.versions] == [True, False, False]
    assert not found.outside


def test_a_file_changed_outside_is_said() -> None:
    assert history([edit(1, ABSENT, "b")], "audio_scripts/a.md", "z").outside
    assert not history([], "audio_scripts/a.md", "z").outside


def test_a_version_brought_back_is_current_once() -> None:
    found = history([edit(2, "b", "a", undoes=1), edit(1, "a", "b")], "audio_scripts/a.md", "a")
    assert [v.current for v in found.versions] == [True, False, False]
    assert [v.taken_back for v in found.versions] == [False, True, False]


def test_deeds_are_the_newest_first() -> None:
    sent = Review(script=SCRIPT.id, text_sha256="t", step=Step.SENT, by="Lan", at=NOW.replace(hour=7))
    assert [d.text for d in deeds([sent], APPROVAL)] == ["duyệt", "gửi duyệt"]


def test_changed_words_are_marked_though_a_blank_line_came_between() -> None:
    found = compare("---\nLời cũ của bài.", "---\n\nLời mới của bài.")
    assert [(d.kind, [p.text for p in d.pieces if p.changed]) for d in found] == [
        ("giong", []),
        ("bo", ["cũ"]),
        ("them", [""]),
        ("them", ["mới"]),
    ]


def test_long_equal_stretches_are_counted() -> None:
    same = "\n".join(f"dòng {n}" for n in range(20))
    found = compare(f"{same}\nđầu", f"{same}\nkhác hẳn")
    assert [d.kind for d in found] == ["cach", "giong", "giong", "bo", "them"]
    assert found[0].pieces[0].text == "… 18 dòng giống nhau"
    assert compare("", "") == ()


def test_lines_with_nothing_in_common_stay_whole() -> None:
    found = compare("một hai ba", "bốn năm sáu")
    assert [d.pieces[0].changed for d in found] == [True, True]
