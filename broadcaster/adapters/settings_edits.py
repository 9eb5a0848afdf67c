"""station.toml as forms see it: typed text in and out, each field read by the very rule that reads the file."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date, time
from typing import Any

from broadcaster.adapters import settings_values as reading
from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError, as_text
from broadcaster.adapters.settings_spec import Key, Section, sections
from broadcaster.adapters.toml_edits import Item, add_table, remarks, remove_key, remove_table, set_value
from broadcaster.adapters.toml_lines import KeyPath, index_lines, read_toml
from broadcaster.domain.calendar import Weekday
from broadcaster.domain.folding import fold
from broadcaster.domain.problems import Problem, Where, error
from broadcaster.domain.settings import Identity, PolicySettings, TimeSpan, Window, Zone
from broadcaster.errors import InputError
from broadcaster.ports_editing import FORM

DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
EVERY_DAY = "hằng ngày"
_TYPES: Mapping[str, type] = {"don_vi": Identity, "cum_loa": Zone, "khung_phat": Window, "quy_dinh": PolicySettings}


class TomlSettingsText:
    """`ports_editing.SettingsText` over the sections of `settings_spec`."""

    def __init__(self, voices: Collection[str]) -> None:
        self._sections = {section.name: section for section in sections(voices)}

    def rows(self, text: str, section: str) -> tuple[Mapping[str, str], ...]:
        """Every table of the section; values that cannot be read are shown as they are written."""
        spec = self._sections[section]
        return tuple(_typed(spec, raw) for raw in _tables(text, spec))

    def check(self, section: str, values: Mapping[str, str]) -> tuple[Problem, ...]:
        """Each field by its own rule; what stands between fields is found when the whole file is read."""
        problems = []
        for key in self._sections[section].keys:
            typed = values.get(key.name)
            if typed is None:
                continue
            try:
                _parsed(key, typed)
            except FieldError as wrong:
                where = Where(file=FORM, sheet="", cell=key.name)
                problems.append(error(where, wrong.code, wrong.message, _for_a_form(key, wrong.hint)))
        return tuple(problems)

    def change(self, text: str, section: str, number: int, values: Mapping[str, str]) -> str:
        """Fields whose typed text differs from what the file gives."""
        spec = self._sections[section]
        tables = _tables(text, spec)
        if number >= len(tables):
            raise InputError("Mục này không còn trong tệp cài đặt.", hint="Tải lại trang rồi làm lại.")
        raw = tables[number]
        shown = _typed(spec, raw)
        home = _home(text, section, number if spec.many else None)
        for key in spec.keys:
            typed = values.get(key.name)
            if typed is None or _same(key, typed, shown[key.name]):
                continue
            name = next((name for name in raw if fold(name) == fold(key.name)), key.name)
            text = set_value(text, (*home, name), _item(key, typed))
        return text

    def add(self, text: str, section: str, values: Mapping[str, str]) -> str:
        """Required fields and those that are filled in."""
        spec = self._sections[section]
        default = _typed(spec, {})
        pairs = {
            key.name: _item(key, values[key.name])
            for key in spec.keys
            if key.name in values and (key.required or not _same(key, values[key.name], default[key.name]))
        }
        return add_table(text, _raw_name(text, section), pairs)

    def remove(self, text: str, section: str, number: int) -> str:
        """One of the repeated tables."""
        return remove_table(text, _raw_name(text, section), number)

    def entry(self, text: str, section: str, name: str, value: str | None) -> str:
        """The name as it is written already, whatever its case and marks."""
        home = (_raw_name(text, section),)
        data = _read(text).get(home[0], {})
        names = data if isinstance(data, dict) else ()
        known = next((raw for raw in names if fold(raw) == fold(name) or _same_day(raw, name)), None)
        if value is not None:
            return set_value(text, (*home, known or name), value)
        return text if known is None else remove_key(text, (*home, known))

    def remarks(self, text: str, section: str) -> Mapping[str, str]:
        """What stands behind the value of each key, without its sign."""
        return remarks(text, (_raw_name(text, section),))

    def field_at(self, text: str, line: int) -> tuple[str, int, str]:
        """The last key or table that begins at or above the line."""
        found: KeyPath = ()
        best = 0
        for path, at in index_lines(text.replace("\r\n", "\n")).items():
            if best <= at <= line:
                best, found = at, path
        if not found:
            return "", 0, ""
        section = next((name for name in self._sections if name and fold(name) == fold(str(found[0]))), str(found[0]))
        rest = found[1:]
        number = rest[0] if rest and isinstance(rest[0], int) else 0
        key = str(rest[-1]) if rest and isinstance(rest[-1], str) and best == line else ""
        return section, number, key


def _read(text: str) -> Mapping[str, Any]:
    data, _, broken = read_toml(text.replace("\r\n", "\n"), "station.toml")
    if data is None:
        raise InputError(
            "Tệp cài đặt station.toml đang có lỗi nên chưa sửa được ở đây.",
            (broken,) if broken is not None else (),
            hint="Sửa tệp bằng trình soạn thảo, hoặc hoàn tác lần sửa gần nhất ở Lịch sử sửa.",
        )
    return data


def _raw_name(text: str, section: str) -> str:
    return next((name for name in _read(text) if fold(name) == fold(section)), section)


def _home(text: str, section: str, number: int | None) -> KeyPath:
    name = _raw_name(text, section)
    return (name,) if number is None else (name, number)


def _tables(text: str, spec: Section) -> Sequence[Mapping[str, object]]:
    found = _read(text).get(_raw_name(text, spec.name), [] if spec.many else {})
    tables = found if isinstance(found, list) else [found]
    return [table for table in tables if isinstance(table, dict)]


def _typed(spec: Section, raw: Mapping[str, object]) -> dict[str, str]:
    """The fields of a table as a person would type them."""
    written = {fold(name): value for name, value in raw.items()}
    defaults = _defaults(spec.name)
    found = {}
    for key in spec.keys:
        if fold(key.name) not in written:
            found[key.name] = _text(defaults.get(key.attr))
            continue
        value = written[fold(key.name)]
        try:
            found[key.name] = _text(key.parse(value))
        except FieldError:
            found[key.name] = as_text(value)
    return found


def _defaults(section: str) -> Mapping[str, object]:
    made = _TYPES.get(section)
    if made is None:
        return {}
    found = {}
    for field in fields(made):
        if field.default is not MISSING:
            found[field.name] = field.default
        elif field.default_factory is not MISSING:
            found[field.name] = field.default_factory()
    return {"weekdays": frozenset(Weekday), **found}


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "có" if value else "không"
        case float():
            return f"{value:g}".replace(".", ",")
        case date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H:%M}"
        case TimeSpan():
            return f"{value.start:%H:%M}-{value.end:%H:%M}"
        case tuple():
            return "\n".join(str(item) for item in value)
        case frozenset():
            return _set_text(value)
    return str(value)


def _set_text(values: frozenset[Any]) -> str:
    """Days of the week by name, dates by number."""
    ordered = sorted(values)
    if ordered and isinstance(ordered[0], Weekday):
        return EVERY_DAY if len(ordered) == len(DAYS) else ", ".join(DAYS[day] for day in ordered)
    return ", ".join(f"{day:%d/%m/%Y}" for day in ordered)


def _parsed(key: Key, typed: str) -> object:
    """By the file's own rule; the lines of a list are its items, so that a «;» at a line's end stays."""
    if key.parse is reading.text_list:
        return key.parse(typed.split("\n"))
    if key.required and not typed.strip():
        raise FieldError("field-missing", "Ô này không được để trống.", "Điền vào ô.")
    return key.parse(typed.replace("\r\n", "\n"))


def _item(key: Key, typed: str) -> Item:
    """As it is written in the file."""
    value = _parsed(key, typed)
    match value:
        case bool() | str() | int():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case tuple():
            return [str(item) for item in value]
        case frozenset():
            return [part for part in _set_text(value).split(", ") if part]
        case None:
            return "" if key.parse is reading.optional_date else 0
    return _text(value)


def _same(key: Key, typed: str, shown: str) -> bool:
    """Whether typed text means what is shown, however it is spelled."""
    if typed.strip() == shown.strip():
        return True
    return _text(_parsed(key, typed)) == shown


def _same_day(one: str, other: str) -> bool:
    try:
        return parse_date(one) == parse_date(other)
    except FieldError:
        return False


def _for_a_form(key: Key, hint: str) -> str:
    """A form has no quotes or brackets to type; the remark of the field says what it takes."""
    return key.comment if any(sign in hint for sign in '"[]') else hint
