"""A Word file as it will really look: every line with its effective font, size, place and spacing, read from the XML alone."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TWIP_MM = 25.4 / 1440
MOST_BYTES = 100_000_000


class NotAPaperError(ValueError):
    """The bytes are no Word file that can be measured; the message is Vietnamese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text of one look; ``size`` in points."""

    text: str
    font: str
    size: float
    bold: bool
    italic: bool
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph; lengths in mm, spacing in points; ``line`` is the multiple of single, None when set in points.

    ``cell`` is (table, row, column), None outside tables; ``ruled`` marks a lower border; ``box`` is the room it has.
    """

    text: str
    runs: tuple[Run, ...]
    align: str
    first_mm: float
    left_mm: float
    right_mm: float
    before: float
    after: float
    line: float | None
    ruled: bool
    has_page_number: bool
    cell: tuple[int, int, int] | None
    box: float
    section: int
    bordered_table: bool = False

    @property
    def sizes(self) -> frozenset[float]:
        """The sizes of what can be seen."""
        return frozenset(r.size for r in self.runs if r.text.strip())

    @property
    def bold(self) -> bool:
        """Whether all that can be seen is bold."""
        seen = [r for r in self.runs if r.text.strip()]
        return bool(seen) and all(r.bold for r in seen)

    @property
    def italic(self) -> bool:
        """Whether all that can be seen is italic."""
        seen = [r for r in self.runs if r.text.strip()]
        return bool(seen) and all(r.italic for r in seen)

    @property
    def upright(self) -> bool:
        """Whether nothing that can be seen is italic."""
        return not any(r.italic for r in self.runs if r.text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: paper and margins in mm, and the lines of its headers and footers."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    first_differs: bool
    restarts: bool
    header: tuple[Line, ...]
    first_header: tuple[Line, ...]
    footers: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """All lines in order, and the sections."""

    lines: tuple[Line, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class _Styles:
    chain: Mapping[str, tuple[ET.Element, ...]]
    default: str
    base: ET.Element | None


def read_layout(data: bytes) -> Laid:
    """Read the file. Raises NotAPaperError when it is none, or is unreasonably large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(i.file_size for i in package.infolist()) > MOST_BYTES:
                raise NotAPaperError("tệp quá lớn để đo")
            return _Reader(package).read()
    except (zipfile.BadZipFile, KeyError, ET.ParseError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, NotAPaperError):
            raise
        raise NotAPaperError("không phải tệp Word (.docx) đọc được") from error


class _Reader:
    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._styles = self._read_styles()
        self._table = 0

    def read(self) -> Laid:
        body = self._xml("word/document.xml").find(f"{W}body")
        if body is None:
            raise NotAPaperError("tệp không có nội dung")
        ends = list(body.iter(f"{W}sectPr"))
        sections = tuple(self._section(s) for s in ends)
        lines: list[Line] = []
        number = 0
        for child in body:
            section = sections[min(number, len(sections) - 1)]
            room = section.width - section.left - section.right
            lines.extend(self._lines(child, None, room, number))
            if child.find(f"{W}pPr/{W}sectPr") is not None:
                number += 1
        return Laid(lines=tuple(lines), sections=sections)

    def _xml(self, name: str) -> ET.Element:
        data = self._package.read(name)
        if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data:
            raise NotAPaperError("tệp có khai báo không được phép")
        return ET.fromstring(data)  # noqa: S314 - declarations are refused above, so nothing can expand

    def _read_styles(self) -> _Styles:
        root = self._xml("word/styles.xml")
        styles = {s.get(f"{W}styleId", ""): s for s in root.iter(f"{W}style")}
        chains: dict[str, tuple[ET.Element, ...]] = {}
        for name in styles:
            chain: list[ET.Element] = []
            at = name
            while at in styles and len(chain) < 20:
                chain.append(styles[at])
                based = styles[at].find(f"{W}basedOn")
                at = based.get(f"{W}val", "") if based is not None else ""
            chains[name] = tuple(chain)
        default = next(
            (n for n, s in styles.items() if s.get(f"{W}default") == "1" and s.get(f"{W}type") == "paragraph"), ""
        )
        return _Styles(chains, default, root.find(f"{W}docDefaults"))

    def _lines(self, node: ET.Element, cell: tuple[int, int, int] | None, box: float, section: int) -> Iterator[Line]:
        if node.tag == f"{W}p":
            yield self._line(node, cell, box, section)
        elif node.tag == f"{W}tbl":
            self._table += 1
            table = self._table
            for r, row in enumerate(node.findall(f"{W}tr")):
                for c, place in enumerate(row.findall(f"{W}tc")):
                    width = place.find(f"{W}tcPr/{W}tcW")
                    room = float(width.get(f"{W}w", "0")) * _TWIP_MM if width is not None else box
                    for inner in place:
                        yield from self._lines(inner, (table, r, c), room, section)

    def _line(self, p: ET.Element, cell: tuple[int, int, int] | None, box: float, section: int) -> Line:
        layers = self._paragraph_layers(p)
        runs = tuple(self._run(r, p) for r in p.iter(f"{W}r"))
        spacing, indent = (_merged(layers, name) for name in ("spacing", "ind"))
        rule = spacing.get("lineRule", "auto")
        line = float(spacing.get("line", "240")) / 240 if rule == "auto" else None
        border = next((b for b in (x.find(f"{W}pBdr/{W}bottom") for x in layers) if b is not None), None)
        fields = "".join(i.text or "" for i in p.iter(f"{W}instrText"))
        simple = "".join(i.get(f"{W}instr", "") for i in p.iter(f"{W}fldSimple"))
        return Line(
            text="".join(r.text for r in runs),
            runs=runs,
            align=_merged(layers, "jc").get("val", "left"),
            first_mm=float(indent.get("firstLine", "0")) * _TWIP_MM,
            left_mm=float(indent.get("left", indent.get("start", "0"))) * _TWIP_MM,
            right_mm=float(indent.get("right", indent.get("end", "0"))) * _TWIP_MM,
            before=float(spacing.get("before", "0")) / 20,
            after=float(spacing.get("after", "0")) / 20,
            line=line,
            ruled=border is not None and border.get(f"{W}val") not in {"nil", "none"},
            has_page_number=re.search(r"\bPAGE\b", fields + " " + simple) is not None,
            cell=cell,
            box=box,
            section=section,
        )

    def _paragraph_layers(self, p: ET.Element) -> list[ET.Element]:
        """Paragraph properties, the nearest first."""
        own = p.find(f"{W}pPr")
        named = own.find(f"{W}pStyle") if own is not None else None
        style = named.get(f"{W}val", "") if named is not None else self._styles.default
        found = [own] + [s.find(f"{W}pPr") for s in self._styles.chain.get(style, ())]
        if self._styles.base is not None:
            found.append(self._styles.base.find(f"{W}pPrDefault/{W}pPr"))
        return [x for x in found if x is not None]

    def _run(self, run: ET.Element, p: ET.Element) -> Run:
        own = p.find(f"{W}pPr/{W}pStyle")
        style = own.get(f"{W}val", "") if own is not None else self._styles.default
        found = [run.find(f"{W}rPr")] + [s.find(f"{W}rPr") for s in self._styles.chain.get(style, ())]
        if self._styles.base is not None:
            found.append(self._styles.base.find(f"{W}rPrDefault/{W}rPr"))
        layers = [x for x in found if x is not None]
        fonts = _merged(layers, "rFonts")
        return Run(
            text="".join(t.text or "" for t in run.findall(f"{W}t")),
            font=fonts.get("ascii", fonts.get("asciiTheme", "")),
            size=float(_merged(layers, "sz").get("val", "20")) / 2,
            bold=_on(layers, "b"),
            italic=_on(layers, "i"),
            colour=_merged(layers, "color").get("val", "auto"),
        )

    def _section(self, node: ET.Element) -> Section:
        size, margin = node.find(f"{W}pgSz"), node.find(f"{W}pgMar")
        number = node.find(f"{W}pgNumType")

        def mm(element: ET.Element | None, name: str) -> float:
            return float(element.get(f"{W}{name}", "0")) * _TWIP_MM if element is not None else 0.0

        return Section(
            width=mm(size, "w"),
            height=mm(size, "h"),
            top=mm(margin, "top"),
            bottom=mm(margin, "bottom"),
            left=mm(margin, "left"),
            right=mm(margin, "right"),
            first_differs=node.find(f"{W}titlePg") is not None and _flag(node.find(f"{W}titlePg")),
            restarts=number is not None and number.get(f"{W}start") == "1",
            header=self._band(node, "headerReference", "default"),
            first_header=self._band(node, "headerReference", "first"),
            footers=self._band(node, "footerReference", "default") + self._band(node, "footerReference", "first"),
        )

    def _band(self, node: ET.Element, tag: str, kind: str) -> tuple[Line, ...]:
        for reference in node.findall(f"{W}{tag}"):
            if reference.get(f"{W}type") == kind:
                target = self._target(reference.get(f"{R}id", ""))
                return tuple(x for child in self._xml(target) for x in self._lines(child, None, 0.0, 0))
        return ()

    def _target(self, rid: str) -> str:
        data = ET.fromstring(self._package.read("word/_rels/document.xml.rels"))  # noqa: S314 - a list of names
        found = next((r.get("Target", "") for r in data if r.get("Id") == rid), "")
        return found.lstrip("/") if found.startswith("/") else f"word/{found}"


def _merged(layers: list[ET.Element], name: str) -> dict[str, str]:
    """The attributes of a property, the nearest layer winning for each."""
    result: dict[str, str] = {}
    for layer in reversed(layers):
        found = layer.find(f"{W}{name}")
        if found is not None:
            result |= {k.rpartition("}")[2]: v for k, v in found.attrib.items()}
    return result


def _on(layers: list[ET.Element], name: str) -> bool:
    for layer in layers:
        found = layer.find(f"{W}{name}")
        if found is not None:
            return _flag(found)
    return False


def _flag(element: ET.Element | None) -> bool:
    return element is not None and element.get(f"{W}val", "1") not in {"0", "false", "off"}
