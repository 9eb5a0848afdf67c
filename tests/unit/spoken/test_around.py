"""What stands around the words: spans, warnings, repeats, pauses, the review, the gate and the station's dictionary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.problems import Severity
from broadcaster.domain.spoken import (
    NATIONAL,
    SOUTHERN,
    Kind,
    Lexicon,
    Pause,
    is_speakable,
    parse_lexicon,
    read,
    read_line,
    residue,
    review_rows,
    sentences,
    utterances,
)


def test_spans_point_into_the_original_text() -> None:
    text = "Theo Nghị định số 45/2020/NĐ-\nCP ngày 08/4/ 2020 của “Chính phủ”."
    reading = read(text)
    assert reading.words == (
        "Theo Nghị định số bốn mươi lăm năm hai nghìn không trăm hai mươi nghị định chính phủ "
        "ngày tám tháng tư năm hai nghìn không trăm hai mươi của Chính phủ."
    )
    code = next(span for span in reading.spans if span.cls == "legal_ref")
    assert code.written == "45/2020/NĐ-\nCP"
    for span in reading.spans:
        assert text[span.start : span.end] == span.written


def test_what_is_unknown_or_guessed_is_told() -> None:
    reading = read("chương trình XQKZ, ban ABTTHC và workshopx")
    kinds = {span.written: span.kind for span in reading.spans}
    assert kinds["XQKZ"] is Kind.UNKNOWN
    assert reading.warnings[0].code == "unknown-abbreviation"
    assert "XQKZ" in reading.warnings[0].message
    assert kinds["workshopx"] is Kind.GUESSED
    assert not residue(reading.words)


def test_a_sentence_over_twenty_five_syllables_is_told() -> None:
    assert not read("bà con " * 12 + "họp.").warnings
    assert [warn.code for warn in read("bà con " * 13 + "họp.").warnings] == ["long-sentence"]


def test_region_changes_words_and_never_values() -> None:
    assert read_line("1.005 hộ", style=NATIONAL) == "một nghìn không trăm linh năm hộ"
    assert read_line("1.005 hộ", style=SOUTHERN) == "một ngàn không trăm lẻ năm hộ"


def test_length_is_syllables_over_rate() -> None:
    reading = read("Kính mời bà con đến dự")
    assert reading.syllables == 6
    assert reading.seconds(180) == pytest.approx(2.0)


def test_a_marked_number_is_said_slowly_twice() -> None:
    reading = read("Xin gọi [[nhắc lại: 0296.3831234]] để được hướng dẫn.")
    lines = reading.words.split("\n")
    number = "không hai chín sáu, ba tám ba, một hai ba bốn."
    assert lines == ["Xin gọi.", number, f"xin nhắc lại: {number}", "để được hướng dẫn."]
    assert reading.slow_lines == {1, 2}
    slow = [unit.text for unit in utterances(reading) if unit.slow]
    assert slow == ["không hai chín sáu,", "ba tám ba,", "một hai ba bốn.", "xin nhắc lại:",
                    "không hai chín sáu,", "ba tám ba,", "một hai ba bốn."]  # fmt: skip


def test_marked_text_can_be_slow_without_a_repeat() -> None:
    reading = read("Tại [[đọc chậm: số 12 đường Hùng Vương]]")
    assert reading.words == "Tại.\nsố mười hai đường Hùng Vương"
    assert reading.slow_lines == {1}
    assert read_line("Tại [[đọc chậm: số 12]]") == "Tại. số mười hai"


def test_sentences_end_at_marks_and_at_lines() -> None:
    assert sentences("một, hai. ba?\nbốn") == ("một, hai.", "ba?", "bốn")


def test_pauses_grow_from_comma_to_paragraph() -> None:
    units = utterances(read("Kính mời bà con. Xin cảm ơn.\nMột tin khác"))
    assert [unit.pause for unit in units] == [Pause.SENTENCE, Pause.PARAGRAPH, Pause.PARAGRAPH]
    assert units[0].pause_after_s < units[1].pause_after_s
    assert units[0].seconds(180) == pytest.approx(4 / 3 + units[0].pause_after_s)


@given(st.text(alphabet="aáb cđe, .;hk\n", max_size=400), st.integers(8, 100))
def test_utterances_fit_and_lose_no_word(text: str, limit: int) -> None:
    reading = read(text)
    units = utterances(reading, max_chars=limit)
    assert all(len(unit.text) <= limit for unit in units)
    said = " ".join(unit.text for unit in units)
    assert [word.strip(",.;:!?") for word in said.split()] == [word.strip(",.;:!?") for word in reading.words.split()]


def test_the_review_sets_written_beside_spoken_line_by_line() -> None:
    text = "UBND phường họp 7h30.\n\nLiên hệ XQKZ"
    rows = review_rows(text, read(text))
    assert [row.line for row in rows] == [1, 3]
    assert [(s.written, s.spoken) for s in rows[0].segments][:2] == [
        ("UBND", "ủy ban nhân dân"),
        ("phường họp", "phường họp"),
    ]
    assert not rows[0].needs_a_look
    assert rows[1].needs_a_look
    assert rows[1].segments[-1].mark == "chưa biết"
    assert "tu-dien" in rows[1].segments[-1].note


def test_the_gate_refuses_what_a_voice_cannot_say() -> None:
    assert is_speakable("kính mời bà con, đến dự!")
    assert residue("họp 7h tại UBND và tại khóm") == ("7h", "UBND")
    assert not is_speakable("50 %")
    assert not is_speakable(" , . ")
    assert not is_speakable("")


def test_the_stations_dictionary_goes_before_every_table() -> None:
    lexicon, problems = parse_lexicon(
        "# từ của trạm\nTT PVHCC\ttrung tâm hành chính\nBCCI = bưu chính\nkhóm 4 = khóm tư", "tu-dien.tsv"
    )
    assert not problems
    assert len(lexicon) == 3
    assert read_line("TT PVHCC nhận BCCI ở khóm 4", lexicon=lexicon) == "trung tâm hành chính nhận bưu chính ở khóm tư"
    assert read_line("BCCIX khóm 45", lexicon=lexicon).endswith("khóm bốn mươi lăm")
    assert read_line("BCCI") == "bưu chính công ích"


def test_a_longer_entry_goes_before_a_shorter_one() -> None:
    lexicon = Lexicon(entries=(("XY", "ngắn"), ("XY Z", "dài")))
    assert read_line("XY Z và XY", lexicon=lexicon) == "dài và ngắn"


@pytest.mark.parametrize(
    ("line", "code", "severity"),
    [
        ("chỉ một phần", "lexicon-no-separator", Severity.ERROR),
        ("UBND =", "lexicon-empty", Severity.ERROR),
        ("VNID\tvi en 1", "lexicon-unspeakable", Severity.ERROR),
        ("VNID\tVNID", "lexicon-unspeakable", Severity.ERROR),
        ("A = a", "lexicon-too-short", Severity.ERROR),
        ("115 = một một năm", "lexicon-number", Severity.ERROR),
        ("ĐÃ CÓ = khác", "lexicon-duplicate", Severity.ERROR),
        ("ĐÃ CÓ = đã có", "lexicon-duplicate", Severity.WARNING),
    ],
)
def test_a_bad_line_is_told_with_its_place_and_a_way_out(line: str, code: str, severity: Severity) -> None:
    lexicon, problems = parse_lexicon(
        f"\ufeffviết\tđọc\r\nĐÃ CÓ\tđã có\r\n{line}\r\nTỐT = tốt", "audio_scripts/tu-dien.tsv"
    )
    assert [(p.code, p.severity, str(p.where)) for p in problems] == [(code, severity, "audio_scripts/tu-dien.tsv:3")]
    assert problems[0].hint
    assert {"ĐÃ CÓ", "TỐT"} == {written for written, _ in lexicon.entries}


@given(st.text(max_size=200))
def test_any_dictionary_text_gives_a_usable_lexicon(text: str) -> None:
    lexicon, _ = parse_lexicon(text, "tu-dien.txt")
    for _, spoken in lexicon.entries:
        assert not residue(spoken)
    assert not residue(read("UBND phường họp lúc 7h30", lexicon=lexicon).words)
