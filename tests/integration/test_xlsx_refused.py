"""Workbooks that attack, are broken, locked or of another kind: refused with one clear sentence; and what other writers make."""

import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters import calendar_xlsx
from broadcaster.adapters.xlsx_cells import Fault, MonthFirst, Uncomputed, Value, read_workbook
from broadcaster.adapters.xlsx_package import MAX_ROWS, moment_parts
from broadcaster.domain.problems import Severity
from tests.workbooks import codes, save_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def package(
    path: Path,
    rows: str,
    *,
    after: str = "",
    strings: str = "",
    formats: str = "",
    namespace: str = MAIN,
    extra: dict[str, bytes] | None = None,
    before: str = "",
) -> Path:
    """A workbook of one sheet written by hand: the XML of its rows, and what stands after them."""
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Lịch" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData>{after}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{namespace}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{namespace}"><numFmts>'
        f'<numFmt numFmtId="164" formatCode="{formats}"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return path


def refused(path: Path) -> str:
    """The one problem of a workbook that is refused whole: its code; it always says what to do."""
    part, problems = calendar_xlsx.read(path, f"schedules/{path.name}")
    assert part.slots == ()
    (problem,) = problems
    assert problem.severity is Severity.ERROR
    assert problem.hint
    assert str(problem.where) == f"schedules/{path.name}"
    return problem.code


def cells(path: Path) -> dict[int, dict[int, Value]]:
    """Every cell of the only sheet."""
    (sheet,) = read_workbook(path)
    return {row: dict(values) for row, values in sheet.rows.items()}


ONE = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'


# --- refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xlsx-empty-file"),
        (b"Ngay,Gio,Bai\n05/03/2024,06:05,tin-1\n", "xlsx-not-a-workbook"),
        (b"<html><table></table></html>", "xlsx-not-a-workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "Workbook".encode("utf-16-le"), "xlsx-old-format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"), "xlsx-password"),
        (b"PK\x03\x04 and then nothing", "xlsx-broken"),
    ],
    ids=["empty", "csv", "web page", "excel 97", "password", "cut short"],
)
def test_files_of_another_kind(data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert refused(path) == code


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("word/document.xml", "xlsx-not-a-workbook"),
        ("ppt/presentation.xml", "xlsx-not-a-workbook"),
        ("content.xml", "xlsx-not-a-workbook"),
        ("readme.txt", "xlsx-broken"),
    ],
)
def test_a_zip_that_is_no_workbook(part: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "<w/>")
    assert refused(path) == code


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "a.xlsx", {"Lịch": [["Ngày", "Giờ", "Bài"]]})
    path.write_bytes(path.read_bytes()[:-200])
    assert refused(path) == "xlsx-broken"


def test_xml_cut_short(tmp_path: Path) -> None:
    assert refused(package(tmp_path / "a.xlsx", '<row r="1"><c r="A1"')) == "xlsx-broken"


@pytest.mark.parametrize(
    "bomb",
    [random.Random(1).randbytes(300_000) + b"\0" * 51_000_000, b"\0" * 2_000_000],
    ids=["too big", "packed too well"],
)
def test_zip_bombs_are_refused_before_they_unpack(bomb: bytes, tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", ONE, extra={"xl/media/bomb.bin": bomb})
    assert path.stat().st_size < 400_000
    assert refused(path) == "xlsx-too-big"


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    assert refused(package(tmp_path / "a.xlsx", ONE, extra={f"x/{n}": b"" for n in range(2_001)})) == "xlsx-too-big"


def test_a_part_that_lies_about_its_size_is_not_unpacked_further(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", ONE * 2_000)
    data = path.read_bytes()
    size = len(zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml"))
    lied = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lied != data
    path.write_bytes(lied)
    assert refused(path) == "xlsx-broken"


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n * 7919 % 1000003}"/>' for n in range(MAX_ROWS + 1))
    assert refused(package(tmp_path / "a.xlsx", rows)) == "xlsx-too-many-rows"


def test_merged_areas_that_multiply_are_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 200))
    after = "<mergeCells>" + '<mergeCell ref="A1:XFD200"/>' * 3 + "</mergeCells>"
    assert refused(package(tmp_path / "a.xlsx", rows, after=after)) == "xlsx-too-many-rows"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str, tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    path = package(tmp_path / "plain.xlsx", ONE.replace("<t>x", "<t>&b;"), before=bomb)
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as changed:
        for name in archive.namelist():
            data = archive.read(name)
            changed.writestr(name, data.decode().encode(encoding) if "sheet1" in name else data)
    assert refused(tmp_path / "a.xlsx") == "xlsx-broken"


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    _, problems = calendar_xlsx.read(tmp_path / "a.xlsx", "schedules/a.xlsx")
    assert codes(problems) == ["file-unreadable"]


# --- what other writers make ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("namespace", [MAIN, STRICT])
def test_cells_of_every_type(namespace: str, tmp_path: Path) -> None:
    strings = "<si><t>một</t></si><si><r><t>h</t></r><r><t>ai</t></r><rPh sb='0' eb='1'><t>ngầm</t></rPh></si><si><t> </t></si>"
    row = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="inlineStr"><is><t>bốn</t></is></c><c r="E1" t="str"><f>A1</f><v>năm</v></c>'
        '<c r="F1" t="str"><f>""</f><v></v></c><c r="G1"><f>1+1</f></c><c r="H1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="I1" t="b"><v>1</v></c><c r="J1"><v>10</v></c><c r="K1"><v>1.5</v></c><c r="L1" s="1"/>'
        '<c r="M1" t="inlineStr"><is><t>a_x000A_b</t></is></c></row>'
    )
    assert cells(package(tmp_path / "a.xlsx", row, strings=strings, namespace=namespace)) == {
        1: {
            1: "một",
            2: "hai",
            4: "bốn",
            5: "năm",
            7: Uncomputed(),
            8: Fault("#DIV/0!"),
            9: True,
            10: 10,
            11: 1.5,
            13: "a\nb",
        }
    }


def test_rows_and_cells_without_references_and_elements_with_prefixes(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row r='5'><c r='C5'><v>3</v></c><c><v>4</v></c></row>"
    rows += "<row><c><v>5</v></c></row>"
    path = package(tmp_path / "a.xlsx", rows)
    assert cells(path) == {1: {1: 1, 2: 2}, 5: {3: 3, 4: 4}, 6: {1: 5}}
    prefixed = rows.replace("</", "</x:").replace("<row", "<x:row").replace("<c", "<x:c").replace("<v", "<x:v")
    assert cells(package(tmp_path / "b.xlsx", prefixed, after=f'<x:y xmlns:x="{MAIN}"/>')) == cells(path)


def test_numbers_are_read_by_their_format(tmp_path: Path) -> None:
    row = '<row r="1"><c r="A1" s="1"><v>45356</v></c><c r="B1" s="2"><v>45356</v></c><c r="C1" s="9"><v>45356</v></c></row>'
    found = cells(package(tmp_path / "a.xlsx", row, formats="mm/dd/yyyy"))[1]
    assert isinstance(found[1], MonthFirst)
    assert f"{found[2]:%d/%m/%Y}" == "05/03/2024"
    assert found[3] == 45356


@pytest.mark.parametrize("number", ["1e300", "-1", "INF", "99999999", "NaN"])
def test_impossible_serial_numbers_break_nothing(number: str, tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", f'<row r="1"><c r="A1" s="2"><v>{number}</v></c></row>')
    _, problems = calendar_xlsx.read(path, "schedules/a.xlsx")
    assert codes(problems) in (["sheet-unrecognised"], ["xlsx-broken"])


@pytest.mark.parametrize(
    ("format_code", "parts"),
    [
        ("dd/mm/yyyy", "d"),
        ("d/m/yyyy h:mm", "dt"),
        ("mm/dd/yyyy", "md"),
        ("[$-409]m/d/yy h:mm AM/PM;@", "mdt"),
        ("mmm yyyy", "d"),
        ("hh:mm", "t"),
        ("[h]:mm:ss", "t"),
        ("mm:ss", "t"),
        ("General", ""),
        ("0.00", ""),
        ('#,##0" đồng"', ""),
        ('"ngày "0', ""),
        ("[Red]0;[Blue]0", ""),
        ("@", ""),
        (r"dd\/mm\/yyyy", "d"),
    ],
)
def test_what_a_number_format_shows(format_code: str, parts: str) -> None:
    assert moment_parts(format_code) == parts


# --- anything at all -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    rows = [["Ngày", "Giờ", "Bài"], ["05/03/2024", "06:05", "tin-1"]]
    return save_workbook(tmp_path_factory.mktemp("x") / "a.xlsx", {"Lịch": rows}).read_bytes()


@given(where=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_damaged_byte_never_raises(
    where: float, byte: int, workbook: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "a.xlsx"
    at = int(where * len(workbook))
    path.write_bytes(workbook[:at] + bytes([byte]) + workbook[at + 1 :])
    part, problems = calendar_xlsx.read(path, "schedules/a.xlsx")
    assert part.slots or problems


_NAMES = st.sampled_from(["row", "c", "v", "t", "is", "f", "mergeCell", "rPh", "sheetData"])
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(["r", "s", "t", "hidden", "ref"]),
    st.sampled_from(
        ["", "1", "A1", "B2", "ZZZZ9", "-5", "s", "n", "e", "d", "inlineStr", "A1:B2", "999999999999", "x"]
    ),
)


@st.composite
def _sheet_xml(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(_NAMES)
    attributes = "".join(f' {k}="{v}"' for k, v in draw(_ATTRIBUTES).items())
    inner = "".join(draw(st.lists(_sheet_xml(depth + 1), max_size=3))) if depth < 3 else ""
    text = draw(st.sampled_from(["", "1", "45356", "x", "1e999", "2024-03-05", "25:00"]))
    return f"<{name}{attributes}>{text}{inner}</{name}>"


@given(xml=_sheet_xml())
def test_xml_out_of_order_never_raises(xml: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = package(tmp_path_factory.mktemp("odd") / "a.xlsx", xml)
    part, problems = calendar_xlsx.read(path, "schedules/a.xlsx")
    assert part.slots == ()
    assert problems
