"""One sheet of the officer's workbook: where its heading is, which column is which field, and the rows under it."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from broadcaster.adapters.calendar_fields import DATED, EXCEPTION, PROGRAMME, RULES, STANDING, label, labels, names
from broadcaster.adapters.calendar_row import Row
from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError, as_text, parse_time, shown, split_list
from broadcaster.adapters.xlsx_cells import Fault, MonthFirst, Sheet, Uncomputed, Value, cell_name
from broadcaster.domain.folding import fold
from broadcaster.domain.problems import Problem, Where, error, warning

HEADING_WITHIN = 10
"""The heading row is one of the first so many rows."""

_REQUIRED = {
    DATED: ("ngay", "gio", "phat"),
    STANDING: ("ma", "gio", "phat"),
    EXCEPTION: ("viec", "ly_do"),
    PROGRAMME: ("ma", "phan"),
}
_SEVERAL = frozenset({"gio", "cum_loa", "khung_gio", "phan", *RULES})
"""Fields that may stand in several columns under one merged heading."""
_PASSED_OVER = frozenset({"stt", "tt", "sothutu", "so"})
_LISTED_ROWS = 12
_TYPING_SLIP = 0.8
"""How alike (difflib) an unknown column must be to a known one to be taken for a slip, and not for the officer's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A recognised heading: what its rows are, which column is which field, other headings by column."""

    row: int
    fields: tuple[str, ...]
    columns: Mapping[int, str]
    others: Mapping[int, str]

    def repeated_at(self, sheet: Sheet, row: int) -> bool:
        """Whether a row further down only says the heading again."""
        known = names(self.fields)
        values = {column: sheet.rows[row].get(column) for column in self.columns}
        return all(isinstance(v, str) and known.get(fold(v)) == self.columns[c] for c, v in values.items())


def find_heading(sheet: Sheet) -> Heading | None:
    """The heading among the first rows that names most fields; of neighbours that name as many, the lower one."""
    best: Heading | None = None
    for row in sorted(sheet.rows):
        if row > HEADING_WITHIN:
            break
        if row in sheet.hidden or row in sheet.banners:
            continue
        found = _recognised(sheet, row)
        if found is None:
            continue
        below = best is not None and row == best.row + 1
        if (
            best is None
            or len(found.columns) > len(best.columns)
            or (below and len(found.columns) == len(best.columns))
        ):
            best = found
    return best


def _recognised(sheet: Sheet, row: int) -> Heading | None:
    texts = {column: as_text(value) for column, value in sheet.rows[row].items() if isinstance(value, str)}
    everything = names(tuple(dict.fromkeys((*DATED, *STANDING, *EXCEPTION, *PROGRAMME))))
    fields = _kind({everything[folded] for text in texts.values() if (folded := fold(text)) in everything})
    if fields is None:
        return None
    known = names(fields)
    columns: dict[int, str] = {}
    others: dict[int, str] = {}
    for column, text in sorted(texts.items()):
        key = known.get(fold(text))
        if key is None:
            if fold(text) not in _PASSED_OVER and not (fields is DATED and everything.get(fold(text)) == "ngay_am"):
                others[column] = text
        elif key in _SEVERAL or not _repeats_its_neighbour(sheet, row, column):
            columns[column] = key
    return Heading(row=row, fields=fields, columns=columns, others=others)


def _repeats_its_neighbour(sheet: Sheet, row: int, column: int) -> bool:
    """Whether it only has the value of a heading merged across columns."""
    cells = sheet.rows[row]
    return (row, column) in sheet.spread and cells.get(column - 1) == cells[column]


def _kind(keys: set[str]) -> tuple[str, ...] | None:
    """What a sheet with these columns holds; None when it is no part of a calendar (a list of codes, say)."""
    if len(keys) < 2:
        return None
    if "viec" in keys:
        return EXCEPTION
    if {"ma", "phan"} <= keys:
        return PROGRAMME
    standing_only = {*RULES, "tu", "den", "ngay_le", "bat"} - {"ngay", "thu"}
    a_rule = "gio" in keys or ("phat" in keys and keys & {*RULES, "tu"})
    if "ma" in keys and a_rule and ("ngay" not in keys or keys & standing_only):
        return STANDING
    return DATED if "gio" in keys or {"ngay", "phat"} <= keys else None


def problems_of_heading(sheet: Sheet, heading: Heading, file: str) -> tuple[Problem, ...]:
    """Columns that are missing, mistyped or not used."""
    told = [_other_column(sheet, heading, file, column, text) for column, text in heading.others.items()]
    if missing := _missing(heading):
        where = Where(file=file, sheet=sheet.name, cell=cell_name(heading.row, min(heading.columns)))
        listed = ", ".join(f"«{label(key)}»" for key in missing)
        hint = f"Thêm cột {listed} vào hàng tiêu đề này. Nếu trang này không phải là lịch thì ẩn trang đi."
        told.append(error(where, "column-missing", f"Hàng tiêu đề thiếu cột {listed}.", hint))
    return tuple(told)


def _missing(heading: Heading) -> list[str]:
    present = set(heading.columns.values())
    missing = [key for key in _REQUIRED[heading.fields] if key not in present]
    return [*missing, "tu"] if heading.fields is EXCEPTION and not present & {"ngay", "tu"} else missing


def _other_column(sheet: Sheet, heading: Heading, file: str, column: int, text: str) -> Problem:
    where = Where(file=file, sheet=sheet.name, cell=cell_name(heading.row, column))
    known = {name: key for name, key in names(heading.fields).items() if key not in heading.columns.values()}
    near = difflib.get_close_matches(fold(text)[:80], known, n=1, cutoff=_TYPING_SLIP)
    if near:
        hint = f"Có phải ý là «{label(known[near[0]])}»? Nếu không, đặt tên cột khác hẳn đi."
        return error(where, "unknown-field", f"Không có cột nào tên {shown(text)}.", hint)
    hint = f"Không cần làm gì. Các cột dùng được: {', '.join(labels(heading.fields))}."
    return warning(where, "column-unused", f"Cột {shown(text)} không được dùng.", hint)


# --- the rows under it ---------------------------------------------------------------------------------------------


class SheetRows:
    """The rows under a heading, without hidden rows, banners, repeated headings and what follows the table."""

    def __init__(self, sheet: Sheet, heading: Heading, file: str, problems: list[Problem]) -> None:
        self._sheet = sheet
        self._heading = heading
        self._file = file
        self._problems = problems
        self._missing = frozenset(_missing(heading))

    def rows(self) -> Iterator[Row]:
        """One row after the other, so that each row's problems are its own."""
        filled = [row for row in sorted(self._sheet.rows) if row > self._heading.row and self._used(row)]
        hidden = [row for row in filled if row in self._sheet.hidden]
        if hidden:
            message = f"Trang «{self._sheet.name}» có {len(hidden)} hàng đang ẩn, không được đọc: {_listed(hidden)}."
            hint = "Muốn phát thì bỏ ẩn (hoặc bỏ lọc) các hàng đó; không thì xóa hẳn đi."
            self._problems.append(warning(self._where(None), "rows-hidden", message, hint))
        shown_rows = [row for row in filled if row not in self._sheet.hidden and row not in self._sheet.banners]
        table = self._without_footer(shown_rows)
        self._tell_swapped(table)
        for row in table:
            if not self._heading.repeated_at(self._sheet, row):
                yield self._row(row)

    def _used(self, row: int) -> bool:
        """Whether it has anything of its own in the table's columns."""
        cells = self._sheet.rows[row]
        return any(c in cells and (row, c) not in self._sheet.spread for c in self._heading.columns)

    def _without_footer(self, rows: list[int]) -> list[int]:
        """Signatures and totals under the table: rows after a gap below the last one with a readable date, time or number."""
        keep = len(rows)
        while keep and not self._looks_like_data(rows[keep - 1]):
            keep -= 1
        if not keep or keep == len(rows) or not self._gap(rows[keep - 1], rows[keep]):
            return rows
        left = rows[keep:]
        message = f"Các hàng dưới bảng của trang «{self._sheet.name}» không được đọc: {_listed(left)}."
        hint = "Nếu đó là lịch thì bỏ hàng trống ở giữa; nếu là chữ ký hay ghi chú thì không cần làm gì."
        self._problems.append(warning(self._where(None), "rows-below", message, hint))
        return rows[:keep]

    def _gap(self, above: int, below: int) -> bool:
        """Whether an empty row lies between; a hidden row that holds something is no gap."""
        return any(row not in self._sheet.rows or not self._used(row) for row in range(above + 1, below))

    def _looks_like_data(self, row: int) -> bool:
        cells = self._sheet.rows[row]
        for column, key in self._heading.columns.items():
            value = cells.get(column)
            if value is None or key not in ("ngay", "gio", "tu", "ma"):
                continue
            if not isinstance(value, str) or key == "ma" or _readable(value, _PARSERS[key]):
                return True
        return False

    def _row(self, row: int) -> Row:
        values: dict[str, object] = {}
        bad = set(self._missing)
        cells = self._sheet.rows[row]
        for column, key in self._heading.columns.items():
            value = cells.get(column)
            if value is None:
                continue
            if isinstance(value, Uncomputed | Fault | MonthFirst):
                value = self._settled(row, column, value, bad, key)
                if value is None:
                    continue
            values[key] = _together(values[key], value) if key in values else value
        return Row(
            values,
            where=self._where(cell_name(row, min(self._heading.columns))),
            place=partial(self._place, row),
            problems=self._problems,
            spell=label,
            bad=frozenset(bad),
        )

    def _settled(self, row: int, column: int, value: Value, bad: set[str], key: str) -> Value | None:
        """A cell that cannot be taken as it is: told, or a doubtful date cleared by its weekday."""
        where = self._where(cell_name(row, column))
        bad.add(key)
        if isinstance(value, Uncomputed):
            hint = "Mở tệp bằng Excel rồi lưu lại để Excel tính; hoặc gõ thẳng giá trị vào ô."
            self._problems.append(error(where, "formula-uncomputed", "Ô công thức chưa có kết quả.", hint))
        elif isinstance(value, Fault):
            message = f"Công thức trong ô bị lỗi {value.shown}."
            self._problems.append(error(where, "formula-error", message, "Sửa công thức, hoặc gõ thẳng giá trị vào ô."))
        elif isinstance(value, MonthFirst):
            day = value.day
            if (key == "ngay" and self._has(row, "thu")) or key not in _DATES:
                bad.discard(key)  # the weekday beside it says whether it is right
                return day
            message = (
                f"Ô này hiện tháng trước ngày sau ({day:%m/%d/%Y}), nên không rõ là ngày {day:%d/%m/%Y} hay không."
            )
            hint = "Đổi định dạng ô thành dd/mm/yyyy rồi xem lại ngày, hoặc thêm cột Thứ để đối chiếu."
            self._problems.append(error(where, "date-doubt", message, hint))
        return None

    def _has(self, row: int, key: str) -> bool:
        return any(k == key and column in self._sheet.rows[row] for column, k in self._heading.columns.items())

    def _tell_swapped(self, rows: list[int]) -> None:
        """The trace of a month-first Excel: what it could swap became real dates up to the 12th, the rest stayed text."""
        if self._heading.fields is not DATED or "ngay" in self._missing:
            return
        column = next(c for c, key in self._heading.columns.items() if key == "ngay")
        values = {row: self._sheet.rows[row].get(column) for row in rows if not self._has(row, "thu")}
        cells = {row: value for row, value in values.items() if isinstance(value, date)}
        texts = [
            parse_date(value) for value in values.values() if isinstance(value, str) and _readable(value, parse_date)
        ]
        if (
            len(cells) < 2
            or len(texts) < 2
            or any(d.day <= 12 for d in texts)
            or any(d.day > 12 for d in cells.values())
        ):
            return
        first = min(cells)
        message = f"Các ô ngày thật của trang này (hàng {_listed(sorted(cells))}) có lẽ bị máy đổi chỗ ngày và tháng."
        hint = (
            f"Xem lại từng ô, ví dụ ô này là {cells[first]:%d/%m/%Y} hay {cells[first]:%m/%d/%Y}? Đặt mọi ô ngày cùng một kiểu"
            " (gõ lại dạng chữ, hoặc định dạng dd/mm/yyyy), hoặc thêm cột Thứ để đối chiếu."
        )
        self._problems.append(error(self._where(cell_name(first, column)), "date-doubt", message, hint))

    def _place(self, row: int, key: str, index: int) -> Where:
        columns = [c for c, k in self._heading.columns.items() if k == key and c in self._sheet.rows[row]]
        column = columns[min(index, len(columns) - 1)] if columns else min(self._heading.columns)
        return self._where(cell_name(row, column))

    def _where(self, cell: str | None) -> Where:
        return Where(file=self._file, sheet=self._sheet.name, cell=cell)


_DATES = frozenset({"ngay", "tu", "den", "doi_tu"})
_PARSERS: dict[str, Callable[[object], object]] = {"ngay": parse_date, "gio": parse_time, "tu": parse_date}


def _readable(value: object, parse: Callable[[object], object]) -> bool:
    try:
        parse(value)
    except FieldError:
        return False
    return True


def _together(first: object, second: object) -> tuple[object, ...]:
    """Values of two columns under one heading; a value merged across both counts once."""
    before = first if isinstance(first, tuple) else _items(first)
    return (*before, *(item for item in _items(second) if item not in before))


def _items(value: object) -> tuple[object, ...]:
    return split_list(value) if isinstance(value, str) else (value,)


def _listed(rows: list[int]) -> str:
    """``3, 5–8, 12`` … cut when long."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    texts = [str(a) if a == b else f"{a}–{b}" for a, b in runs]
    return ", ".join(texts[:_LISTED_ROWS]) + ("…" if len(texts) > _LISTED_ROWS else "")
