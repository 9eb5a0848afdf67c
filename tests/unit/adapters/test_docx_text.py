"""The words of Word: what is read aloud stays, what is struck out, hidden or noted beside goes, what is no Word is told."""

import io
import zipfile

import pytest

from broadcaster.adapters.docx_text import docx_text, html_text
from broadcaster.errors import InputError

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def package(body: str, *, head: str = "", other: dict[str, bytes] | None = None) -> bytes:
    """A .docx with this body."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(
            "word/document.xml",
            f'{head}<w:document xmlns:w="{WORD}" xmlns:mc="{COMPATIBLE}"><w:body>{body}</w:body></w:document>',
        )
        for name, data in (other or {}).items():
            made.writestr(name, data)
    return held.getvalue()


def paragraph(*runs: str) -> str:
    """A paragraph of plain runs."""
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def test_runs_are_joined_and_paragraphs_stand_apart() -> None:
    assert docx_text(package(paragraph("Kính ", "thưa") + "<w:p/>" + paragraph("Bà con."))) == "Kính thưa\n\nBà con."


def test_decomposed_letters_and_hard_spaces_become_ordinary() -> None:
    assert docx_text(package(paragraph("Ky\u0301nh\u00a0\u00a0thu\u031ba"))) == "Kýnh thưa"


def test_of_tracked_changes_the_newest_text_is_read() -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Họp lúc </w:t></w:r><w:del><w:r><w:delText>7</w:delText><w:t>bảy</w:t>'
        "</w:r></w:del><w:ins><w:r><w:t>8 giờ</w:t></w:r></w:ins></w:p>"
        "<w:p><w:moveFrom><w:r><w:t>chỗ cũ</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>chỗ mới</w:t></w:r></w:moveTo></w:p>"
    )
    assert docx_text(package(body)) == "Họp lúc 8 giờ\n\nchỗ mới"


def test_comments_notes_and_field_codes_are_not_read() -> None:
    body = (
        '<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>Số trang</w:t></w:r><w:commentRangeEnd w:id="0"/>'
        '<w:r><w:commentReference w:id="0"/><w:footnoteReference w:id="1"/></w:r>'
        "<w:r><w:instrText> PAGE </w:instrText></w:r></w:p>"
    )
    beside = f'<w:comments xmlns:w="{WORD}">{paragraph("xem lại")}</w:comments>'.encode()
    assert docx_text(package(body, other={"word/comments.xml": beside})) == "Số trang"


@pytest.mark.parametrize(("mark", "read"), [("<w:vanish/>", "Thấy."), ('<w:vanish w:val="0"/>', "Ẩn.Thấy.")])
def test_hidden_text_is_not_read(mark: str, read: str) -> None:
    body = f"<w:p><w:r><w:rPr>{mark}</w:rPr><w:t>Ẩn.</w:t></w:r><w:r><w:t>Thấy.</w:t></w:r></w:p>"
    assert docx_text(package(body)) == read


def test_a_hidden_paragraph_mark_hides_no_text() -> None:
    body = "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>Thấy.</w:t></w:r></w:p>"
    assert docx_text(package(body)) == "Thấy."


def test_cells_of_a_table_are_not_glued() -> None:
    row = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("Thứ Hai", "7 giờ"))
    assert docx_text(package(f"<w:tbl><w:tr>{row}</w:tr></w:tbl>")) == "Thứ Hai\n\n7 giờ"


def test_a_text_box_is_read_once_and_not_glued_to_the_line_that_holds_it() -> None:
    box = f"<w:txbxContent>{paragraph('Trong khung.')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Ngoài khung.</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert sorted(docx_text(package(body)).split("\n\n")) == ["Ngoài khung.", "Trong khung."]


def test_a_soft_break_ends_the_line_and_a_tab_is_a_space() -> None:
    body = "<w:p><w:r><w:t>Một</w:t><w:tab/><w:t>hai</w:t><w:br/><w:t>ba</w:t></w:r></w:p>"
    assert docx_text(package(body)) == "Một hai\nba"


def test_a_zip_bomb_is_not_unpacked() -> None:
    with pytest.raises(InputError, match="bung ra quá lớn"):
        docx_text(package(paragraph("A" * 30_000_000)))


def test_a_bomb_in_another_part_is_not_unpacked() -> None:
    with pytest.raises(InputError, match="bung ra quá lớn"):
        docx_text(package(paragraph("ngắn"), other={"word/styles.xml": b" " * 30_000_000}))


def test_more_text_than_any_script_has_is_refused() -> None:
    many = "".join(paragraph(f"Câu số {n} của một tập tài liệu dài.") for n in range(8_000))
    with pytest.raises(InputError, match="quá dài"):
        docx_text(package(many))


def test_no_entity_expands() -> None:
    with pytest.raises(InputError, match="bị hỏng"):
        docx_text(package(paragraph("&a;"), head='<!DOCTYPE x [<!ENTITY a "aaaa">]>'))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "không phải tệp Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "đời cũ"),
        (b"%PDF-1.7", "không phải tệp Word"),
        (b"PK\x03\x04" + bytes(40), "bị hỏng"),
    ],
)
def test_what_is_no_word_file_is_told(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as told:
        docx_text(data)
    assert told.value.hint


def test_a_workbook_under_a_words_name_is_told() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(InputError, match="không phải tệp Word"):
        docx_text(held.getvalue())


def test_a_file_cut_short_is_told() -> None:
    with pytest.raises(InputError, match="bị hỏng"):
        docx_text(package(paragraph("Kính thưa bà con."))[:-40])


def test_what_word_copies_becomes_plain_paragraphs() -> None:
    copied = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style>
<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--></head><body><!--StartFragment-->
<p class=MsoNormal style='mso-margin-top-alt:auto'>Kính thưa
bà&nbsp;con.<a style='mso-footnote-id:ftn1' href="#_ftn1"><span>[1]</span></a><o:p></o:p></p>
<p class=MsoListParagraph><![if !supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span><![endif]>Căn cước.</p>
<table><tr><td>Thứ Hai</td><td>7 giờ</td></tr></table><span class=MsoCommentReference><a href="#_msocom_1">[A1]</a></span>
<div style='mso-element:footnote-list'><div style='mso-element:footnote' id=ftn1><p>[1] Chú thích.</p></div></div>
<!--EndFragment--></body></html>"""
    assert html_text(copied) == "Kính thưa bà con.\n\nCăn cước.\n\nThứ Hai\n\n7 giờ"


def test_scripts_and_struck_text_of_a_page_are_not_read() -> None:
    assert html_text("a<script>alert(1)</script><del>b</del><br/>c &lt;b&gt;") == "a\nc <b>"
