"""The fields of a schedule, by the name in YAML and the heading on a sheet: one list for every format."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from broadcaster.domain.folding import fold


@dataclass(frozen=True, slots=True)
class Field:
    """``key`` is how YAML spells it, ``label`` how a sheet heads it, ``others`` what else people write there."""

    key: str
    label: str
    others: tuple[str, ...] = ()


_ALL = (
    Field("ma", "Mã", ("mã khung giờ", "mã chương trình", "mã lịch")),
    Field("ten", "Tên", ("tên khung giờ", "tên chương trình", "tiêu đề")),
    Field("phat", "Bài / Chương trình", ("bài", "chương trình", "bài phát", "mã bài", "nội dung", "nội dung phát")),
    Field("phan", "Phần", ("các phần", "gồm các phần", "thứ tự phát")),
    Field("thu", "Thứ", ("các thứ", "thứ trong tuần", "ngày trong tuần")),
    Field(
        "ngay",
        "Ngày",
        ("ngày phát", "ngày phát thanh", "ngày phát sóng", "ngày tháng", "ngày tháng năm", "ngày dương lịch", "các ngày"),
    ),
    Field("ngay_trong_thang", "Ngày trong tháng"),
    Field("thu_trong_thang", "Thứ trong tháng"),
    Field("ngay_am", "Ngày âm", ("ngày âm lịch", "âm lịch")),
    Field("gio", "Giờ", ("giờ phát", "giờ phát thanh", "giờ phát sóng", "thời gian", "thời gian phát", "các giờ")),
    Field("tu", "Từ ngày", ("từ", "áp dụng từ", "hiệu lực từ")),
    Field("den", "Đến ngày", ("đến", "đến hết ngày", "áp dụng đến", "hiệu lực đến")),
    Field("cum_loa", "Cụm loa", ("cụm", "loa", "các cụm loa", "khóm")),
    Field("uu_tien", "Ưu tiên", ("mức ưu tiên",)),
    Field("bat_dau", "Bắt đầu", ("cách bắt đầu",)),
    Field("cho_phep_tre", "Cho phép trễ", ("được trễ", "trễ tối đa")),
    Field("lap", "Lặp", ("số lần lặp", "lặp lại", "số lần")),
    Field("cach_lap", "Cách lặp", ("nghỉ giữa hai lần", "khoảng cách lặp")),
    Field("ngay_le", "Ngày lễ", ("gặp ngày lễ",)),
    Field("bat", "Bật", ("đang dùng", "sử dụng")),
    Field("doi_tu", "Dời từ ngày", ("dời từ", "ngày cũ")),
    Field("huy", "Hủy (lý do)", ("hủy", "huỷ", "huỷ (lý do)", "lý do hủy")),
    Field("viec", "Việc", ("việc cần làm", "cách xử lý")),
    Field("khung_gio", "Khung giờ", ("các khung giờ", "khung giờ áp dụng")),
    Field("ly_do", "Lý do"),
    Field("ghi_chu", "Ghi chú"),
)  # fmt: skip
BY_KEY: Mapping[str, Field] = {field.key: field for field in _ALL}

_WHAT = ("phat", "ten", "gio", "cum_loa", "uu_tien", "bat_dau", "cho_phep_tre", "lap", "cach_lap")
RULES = ("thu", "ngay", "ngay_trong_thang", "thu_trong_thang", "ngay_am")
"""The fields that say on which days a standing rule fires; any of them may be given, and each adds its days."""

STANDING = ("ma", *_WHAT, *RULES, "tu", "den", "ngay_le", "bat", "ghi_chu")
DATED = ("ngay", "thu", *_WHAT, "doi_tu", "huy", "ghi_chu")
EXCEPTION = ("ngay", "tu", "den", "viec", "khung_gio", *_WHAT, "ly_do", "ghi_chu")
PROGRAMME = ("ma", "ten", "phan", "ghi_chu")


@cache
def names(keys: tuple[str, ...]) -> Mapping[str, str]:
    """Folded names of these fields, each to its key."""
    found = {fold(other): key for key in keys for other in BY_KEY[key].others}
    found |= {fold(BY_KEY[key].label): key for key in keys}
    return found | {fold(key): key for key in keys}


def label(key: str) -> str:
    """The name a person knows it by."""
    return BY_KEY[key].label


def labels(keys: Iterable[str]) -> list[str]:
    """The names a person knows them by."""
    return [label(key) for key in keys]
