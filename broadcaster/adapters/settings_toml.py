"""station.toml to Settings: every value placed at its line, unknown keys told, and the file checked as a whole."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError, as_text, shown
from broadcaster.adapters.settings_checks import check_settings
from broadcaster.adapters.settings_reporting import check_cut_offs, cut_off_of
from broadcaster.adapters.settings_spec import FREE_SECTIONS, Key, Section, sections
from broadcaster.adapters.text_files import is_regular, read_text
from broadcaster.adapters.toml_lines import KeyPath, read_toml
from broadcaster.domain.calendar import Weekday
from broadcaster.domain.folding import did_you_mean, fold
from broadcaster.domain.periods import CUT_OFFS
from broadcaster.domain.problems import Problem, Where, error
from broadcaster.domain.scoring import ScoringProfile
from broadcaster.domain.settings import (
    Identity,
    MasteringSettings,
    PolicySettings,
    ReportingSettings,
    Settings,
    TimeSpan,
    VoiceSettings,
    Window,
    Zone,
)

SETTINGS_FILE = "station.toml"
LARGEST_SETTINGS = 1_000_000
_MOST_TABLES = 200

Values = dict[str, Any]


def fallback_settings() -> Settings:
    """What a station without a readable station.toml is called, so that the other files can still be checked."""
    return Settings(identities=(_NAMELESS,), zones=())


_NAMELESS = Identity(ward="(chưa ghi tên phường)", agency="(chưa ghi cơ quan)", station="(chưa ghi tên đài)", place="…")


def read_settings(station_dir: Path, voices: Collection[str]) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings of a station folder and every problem of station.toml."""
    path = station_dir / SETTINGS_FILE
    if not is_regular(path):
        hint = "Đứng trong thư mục của đài rồi chạy lại, hoặc tạo đài mới bằng: broadcaster init THƯ_MỤC."
        message = "Không có tệp station.toml nên chưa biết đài nào, loa nào."
        return fallback_settings(), (error(Where(file=SETTINGS_FILE), "settings-missing", message, hint),)
    text = read_text(path, SETTINGS_FILE, at_most=LARGEST_SETTINGS)
    if isinstance(text, Problem):
        return fallback_settings(), (text,)
    return settings_of(text, voices)


def settings_of(text: str, voices: Collection[str]) -> tuple[Settings, tuple[Problem, ...]]:
    """The same from the text of the file."""
    data, lines, broken = read_toml(text, SETTINGS_FILE)
    if data is None:
        return fallback_settings(), (broken,) if broken is not None else ()
    reading = _Reading(lines=lines, spec=sections(voices))
    settings = reading.settings(data)
    reading.problems.extend(check_settings(settings, reading.places))
    return settings, tuple(reading.problems)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One file being read; ``places`` remembers where each identity, zone and window stands."""

    lines: Mapping[KeyPath, int]
    spec: tuple[Section, ...]
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, list[Where]] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)

    def settings(self, data: Mapping[str, object]) -> Settings:
        tables = self._tables(data)
        top = self._table(tables[""], self._section(""), ())
        policy = self._table(self._one(tables, "quy_dinh"), self._section("quy_dinh"), ("quy_dinh",))
        workdays = policy.pop("workdays", frozenset())
        identities = self._many(tables, "don_vi", self._identity)
        return Settings(
            **top,
            identities=tuple(sorted(identities, key=lambda i: i.valid_from or date.min)) or (_NAMELESS,),
            zones=tuple(self._many(tables, "cum_loa", lambda values, _: Zone(**values))),
            windows=tuple(self._many(tables, "khung_phat", lambda values, _: _window(values))),
            voices=VoiceSettings(**self._plain(tables, "giong_doc")),
            mastering=MasteringSettings(**self._plain(tables, "am_thanh")),
            policy=PolicySettings(**policy),
            reporting=self._reporting(tables),
            blanks=self._blanks(self._one(tables, "cho_trong")),
            days_off=self._days_off(self._one(tables, "ngay_nghi_rieng")),
            workdays=workdays,
        )

    def _reporting(self, tables: Mapping[str, Any]) -> ReportingSettings:
        """The regime as written; a file without one keeps the shipped regime."""
        cut_offs = self._many(tables, "ky_bao_cao", cut_off_of)
        self.problems.extend(check_cut_offs(cut_offs, self.places.get("ky_bao_cao", ())))
        return ReportingSettings(
            cut_offs=tuple(cut_offs) or CUT_OFFS, scoring=ScoringProfile(**self._plain(tables, "cham_diem"))
        )

    def _tables(self, data: Mapping[str, object]) -> dict[str, Any]:
        """The tables by their proper names, and what stands at the top of the file under ''."""
        names = {fold(s.name): s.name for s in self.spec if s.name} | {fold(name): name for name in FREE_SECTIONS}
        top: dict[str, object] = {}
        tables: dict[str, Any] = {"": top}
        for raw, value in data.items():
            name = names.get(fold(raw))
            if (
                name is None
                and isinstance(value, dict | list)
                and fold(raw) not in {fold(k.name) for k in self.spec[0].keys}
            ):
                hint = did_you_mean(raw, names.values()) or f"Các mục dùng được: {', '.join(names.values())}."
                self._say((raw,), "unknown-section", f"Không có mục nào tên {shown(raw)}.", hint)
            elif name is None:
                top[raw] = value
            elif name in tables:
                self._say((raw,), "duplicate", f"Mục {shown(raw)} ghi hai lần.", f"Gộp vào mục [{name}].")
            else:
                tables[name] = value
                self._paths[name] = raw
        return tables

    def _section(self, name: str) -> Section:
        return next(section for section in self.spec if section.name == name)

    def _one(self, tables: Mapping[str, Any], name: str) -> Mapping[str, object]:
        """A table written once; ``[[name]]`` or a plain value in its place is told."""
        value = tables.get(name, {})
        if isinstance(value, dict):
            return value
        self._say(
            (self._paths[name],), "shape", f"Mục {name} viết không đúng cách.", f"Viết [{name}] trên một dòng riêng."
        )
        return {}

    def _plain(self, tables: Mapping[str, Any], name: str) -> Values:
        return self._table(self._one(tables, name), self._section(name), (self._paths.get(name, name),))

    def _many(self, tables: Mapping[str, Any], name: str, build: Callable[[Values, Where], Any]) -> list[Any]:
        """Each table of a ``[[name]]``; one that lacks a required key is told and left out."""
        value = tables.get(name, [])
        if name in tables:
            self.places[name] = []
        raw_name = self._paths.get(name, name)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._say(
                (raw_name,), "shape", f"Mục {name} viết không đúng cách.", f"Viết [[{name}]] với hai ngoặc vuông."
            )
            return []
        if len(value) > _MOST_TABLES:
            self._say(
                (raw_name, _MOST_TABLES), "too-many", f"Có quá nhiều mục {name}.", f"Nhiều nhất {_MOST_TABLES} mục."
            )
        section = self._section(name)
        built: list[Any] = []
        for index, item in enumerate(value[:_MOST_TABLES]):
            path: KeyPath = (raw_name, index)
            values = self._table(item, section, path)
            missing = [key.name for key in section.keys if key.required and key.attr not in values]
            unsaid = [name for name in missing if not any(fold(raw) == fold(name) for raw in item)]
            if unsaid:
                hint = f'Thêm dòng: {unsaid[0]} = "…"'
                self._say(path, "field-missing", f"Mục {name} thiếu trường: {', '.join(unsaid)}.", hint)
            if missing:
                continue
            where = self._where(path)
            try:
                built.append(build(values, where))
            except FieldError as wrong:
                self.problems.append(wrong.problem(where))
            else:
                self.places[name].append(where)
        return built

    def _table(self, raw: Mapping[str, object], section: Section, path: KeyPath) -> Values:
        """The values that could be read, by attribute; what is not written keeps the type's own default."""
        keys = {fold(key.name): key for key in section.keys}
        found: Values = {}
        for written, value in raw.items():
            key = keys.get(fold(written))
            place = (*path, written)
            if key is None:
                self._unknown(place, written, section)
            elif key.attr in found:
                self._say(
                    place, "duplicate", f"Trường {shown(written)} ghi hai lần.", "Giữ lại một dòng, xóa dòng kia."
                )
            else:
                self._read(key, value, place, found)
        return found

    def _read(self, key: Key, value: object, place: KeyPath, found: Values) -> None:
        try:
            found[key.attr] = key.parse(value)
        except FieldError as wrong:
            message = f"{key.name}: {wrong.message}"
            self.problems.append(error(self._where(place), wrong.code, message, wrong.hint))

    def _unknown(self, place: KeyPath, written: str, section: Section) -> None:
        elsewhere = next((s for s in self.spec for k in s.keys if fold(k.name) == fold(written)), None)
        if elsewhere is not None and elsewhere.name != section.name:
            home = f"mục [{elsewhere.name}]" if elsewhere.name else "đầu tệp, trước mọi mục có ngoặc vuông"
            hint = f"Trường này thuộc {home}: dời dòng đó về đúng chỗ."
        else:
            names = [key.name for key in section.keys]
            hint = did_you_mean(written, names) or f"Các trường dùng được: {', '.join(names)}."
        self._say(place, "unknown-field", f"Không có trường nào tên {shown(written)} ở đây.", hint)

    def _identity(self, values: Values, where: Where) -> Identity:
        first, last = values.get("valid_from"), values.get("valid_until")
        if first is not None and last is not None and last < first:
            raise FieldError("dates-reversed", "Ngày «den» trước ngày «tu».", "Đổi lại hai ngày cho đúng thứ tự.")
        return Identity(**values, where=where)

    def _blanks(self, raw: Mapping[str, object]) -> Mapping[str, str]:
        path = self._paths.get("cho_trong", "cho_trong")
        found: dict[str, str] = {}
        taken: set[str] = set()
        for name, value in raw.items():
            if not isinstance(value, str | int | float):
                self._say(
                    (path, name), "type", f"Chỗ trống {shown(name)} phải là chữ.", 'Đặt chữ trong dấu nháy kép: "…".'
                )
            elif not fold(name) or fold(name) in taken:
                message = f"Tên chỗ trống {shown(name)} trùng hoặc không dùng được."
                self._say((path, name), "duplicate", message, "Mỗi chỗ trống một tên, viết không dấu.")
            else:
                taken.add(fold(name))
                found[name] = as_text(value)
        return found

    def _days_off(self, raw: Mapping[str, object]) -> Mapping[date, str]:
        path = self._paths.get("ngay_nghi_rieng", "ngay_nghi_rieng")
        found: dict[date, str] = {}
        for written, reason in raw.items():
            try:
                day = parse_date(written)
                if not isinstance(reason, str) or not as_text(reason):
                    hint = f'Viết: "{day:%d/%m/%Y}" = "lý do nghỉ".'
                    raise FieldError("reason-missing", f"Ngày nghỉ {shown(written)} thiếu lý do.", hint)
                if day in found:
                    raise FieldError("duplicate", f"Ngày nghỉ {shown(written)} ghi hai lần.", "Giữ lại một dòng.")
            except FieldError as wrong:
                self.problems.append(wrong.problem(self._where((path, written))))
            else:
                found[day] = as_text(reason)
        return found

    def _where(self, path: KeyPath) -> Where:
        """The line of the key, else of the nearest table that holds it."""
        for size in range(len(path), 0, -1):
            if path[:size] in self.lines:
                return Where(file=SETTINGS_FILE, line=self.lines[path[:size]])
        return Where(file=SETTINGS_FILE, line=1)

    def _say(self, path: KeyPath, code: str, message: str, hint: str) -> None:
        self.problems.append(error(self._where(path), code, message, hint))


def _window(values: Values) -> Window:
    start, end = values.pop("start"), values.pop("end")
    if start == end:
        raise FieldError("time-span", "Buổi phát bắt đầu và kết thúc cùng lúc.", "Sửa giờ «den» muộn hơn giờ «tu».")
    every_day: Values = {"weekdays": frozenset(Weekday)}
    return Window(**(every_day | values), span=TimeSpan(start=start, end=end))
