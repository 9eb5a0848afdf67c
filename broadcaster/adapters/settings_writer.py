"""Settings as a station.toml that explains itself: every key there is, its comment above it, read back to the same Settings."""

import json
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date, time
from typing import Any

from broadcaster.adapters.day_fields import WEEKDAY_NAMES
from broadcaster.adapters.settings_reporting import written_cut_off
from broadcaster.adapters.settings_spec import FREE_SECTIONS, Section, sections
from broadcaster.domain.calendar import Weekday
from broadcaster.domain.settings import Settings, TimeSpan, Window


def settings_text(settings: Settings, voices: Collection[str]) -> str:
    """The whole file."""
    tables: Mapping[str, list[Mapping[str, Any]]] = {
        "": [_attributes(settings)],
        "don_vi": [_attributes(identity) for identity in settings.identities],
        "cum_loa": [_attributes(zone) for zone in settings.zones],
        "khung_phat": [_of_window(window) for window in settings.windows],
        "giong_doc": [_attributes(settings.voices)],
        "am_thanh": [_attributes(settings.mastering)],
        "ky_bao_cao": [written_cut_off(cut_off) for cut_off in settings.reporting.cut_offs],
        "cham_diem": [_attributes(settings.reporting.scoring)],
        "quy_dinh": [{**_attributes(settings.policy), "workdays": settings.workdays}],
    }
    lines: list[str] = []
    for section in sections(voices):
        for number, table in enumerate(tables[section.name]):
            lines += _table(section, table, first=number == 0)
    lines += _free("cho_trong", settings.blanks)
    lines += _free("ngay_nghi_rieng", {f"{day:%d/%m/%Y}": why for day, why in settings.days_off.items()})
    return "\n".join(lines).strip() + "\n"


def _attributes(value: Any) -> Mapping[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _of_window(window: Window) -> Mapping[str, Any]:
    return {**_attributes(window), "start": window.span.start, "end": window.span.end}


def _table(section: Section, table: Mapping[str, Any], *, first: bool) -> list[str]:
    lines = [""]
    if first and section.comment:
        lines.append(f"# {section.comment}")
    if section.name:
        lines.append(f"[[{section.name}]]" if section.many else f"[{section.name}]")
    for key in section.keys:
        if first:
            lines.append(f"# {key.comment}")
        lines.append(f"{key.name} = {_value(table[key.attr], key.attr)}")
    return lines


def _free(name: str, values: Mapping[str, str]) -> list[str]:
    return [
        "",
        f"# {FREE_SECTIONS[name]}",
        f"[{name}]",
        *(f"{_key(key)} = {_quoted(text)}" for key, text in values.items()),
    ]


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _quoted(name)


_NO_LIMIT = frozenset({"budget_minutes", "sessions_per_day"})


def _value(value: object, attr: str) -> str:
    match value:
        case None:
            return "0" if attr in _NO_LIMIT else '""'
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case time():
            return f'"{value:%H:%M}"'
        case date():
            return f'"{value:%d/%m/%Y}"'
        case TimeSpan():
            return f'"{value.start:%H:%M}-{value.end:%H:%M}"'
        case tuple() | frozenset():
            items = sorted(value) if isinstance(value, frozenset) else value
            if attr == "weekdays" and len(items) == len(Weekday):
                return '["hằng ngày"]'
            return "[" + ", ".join(_value(WEEKDAY_NAMES[i] if attr == "weekdays" else i, "") for i in items) + "]"
        case _:
            return _quoted(str(value))


def _quoted(text: str) -> str:
    """A TOML basic string; JSON escapes the same characters the same way, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
