"""A new station's folder: the smallest one that passes `check`, with a word of explanation at every place to fill in."""

from datetime import time
from pathlib import Path

from broadcaster.adapters.settings_writer import settings_text
from broadcaster.adapters.station_reader import VOICES
from broadcaster.domain.calendar import Weekday, ZoneId
from broadcaster.domain.settings import Identity, Settings, TimeSpan, Window, Zone
from broadcaster.errors import InputError

_CALL = """\
---
tieu_de: Lời xướng mở đầu
loai: xướng
---
Đây là Đài Truyền thanh phường Mẫu. Mời bà con lắng nghe chương trình truyền thanh hôm nay.
"""
_CLOSING = """\
---
tieu_de: Lời chào kết thúc
loai: chào
---
Chương trình truyền thanh của phường đến đây kết thúc. Xin cảm ơn và kính chào bà con.
"""
_TEST = """\
---
tieu_de: Thử loa
loai: thử loa
---
Đây là lượt phát thử của Đài Truyền thanh phường. Đài đang kiểm tra loa, bà con không cần làm gì. Xin cảm ơn bà con.
"""
_REMINDER = """\
---
tieu_de: Mang theo giấy tờ khi đến phường
loai: lời nhắc
tac_gia: Văn hóa - Xã hội phường
lap: 2
cach_lap: 3 giây
---
<!-- Lời ghi chú trong dấu này không được đọc. Sửa bài xong, duyệt lại bằng: broadcaster approve loi-nhac-giay-to --by "Họ tên" -->
Kính thưa bà con. Khi đến Ủy ban nhân dân phường làm thủ tục, bà con nhớ mang theo thẻ căn cước.

Bà con giữ giấy hẹn trả kết quả, và đến nhận đúng ngày ghi trong giấy hẹn. Xin cảm ơn bà con.
"""
_DICTIONARY = """\
# Cách đọc riêng của đài: chữ viết, dấu bằng, cách đọc bằng âm tiết tiếng Việt. Dòng bắt đầu bằng # là ghi chú.
BCCI = bưu chính công ích
"""
_SCHEDULE = """\
# Lịch phát. Dòng bắt đầu bằng # là ghi chú. Cách viết: xem docs/files.md.
chuong_trinh:
  ban-tin-phuong:
    ten: Bản tin phường
    phan: [xuong, loi-nhac-giay-to, chao]

khung_gio:
  - ma: ban-tin-sang
    ten: Bản tin buổi sáng
    phat: ban-tin-phuong
    thu: [thứ Hai - thứ Sáu]
    gio: ["06:05"]
    ngay_le: bỏ
  - ma: ban-tin-chieu
    ten: Bản tin buổi chiều
    phat: ban-tin-phuong
    thu: [thứ Hai - thứ Sáu]
    gio: ["17:05"]
    ngay_le: bỏ

# lich_ngay:
#   - {ngay: 05/03/2027, gio: "06:05", phat: loi-nhac-giay-to}

# ngoai_le:
#   - {ngay: 06/03/2027, viec: bỏ, khung_gio: [ban-tin-sang], ly_do: Sửa loa}
"""


def sample_settings() -> Settings:
    """A ward of no name, one zone, a session in the morning and one in the late afternoon; the rest as the types say."""
    every_day = frozenset(Weekday)
    return Settings(
        identities=(
            Identity(
                ward="phường Mẫu",
                agency="Ủy ban nhân dân phường Mẫu",
                station="Đài Truyền thanh phường Mẫu",
                place="Mẫu",
                signer_title="CHỦ TỊCH",
            ),
        ),
        zones=(Zone(id=ZoneId("khom-1"), name="Khóm 1"),),
        windows=(
            Window(
                name="Buổi sáng",
                span=TimeSpan(start=time(6, 0), end=time(6, 30)),
                weekdays=every_day,
                budget_minutes=15.0,
            ),
            Window(
                name="Buổi chiều",
                span=TimeSpan(start=time(17, 0), end=time(17, 30)),
                weekdays=every_day,
                budget_minutes=15.0,
            ),
        ),
        blanks={"duong_day_nong": ""},
    )


def sample_files() -> dict[str, str]:
    """Every file of a new station, by its name in the folder."""
    return {
        "station.toml": settings_text(sample_settings(), VOICES),
        "audio_scripts/xuong.md": _CALL,
        "audio_scripts/chao.md": _CLOSING,
        "audio_scripts/thu-loa.md": _TEST,
        "audio_scripts/loi-nhac-giay-to.md": _REMINDER,
        "audio_scripts/tu-dien.txt": _DICTIONARY,
        "schedules/lich-phat.yaml": _SCHEDULE,
    }


def create_station(directory: Path) -> tuple[str, ...]:
    """Write a new station and return the names of its files. Raises InputError when anything of a station is already there."""
    taken = [name for name in ("station.toml", "audio_scripts", "schedules") if (directory / name).exists()]
    if taken:
        raise InputError(
            f"Thư mục {directory} đã có {', '.join(taken)} nên không tạo đài mới ở đây.",
            hint="Chọn một thư mục khác, hoặc dùng luôn đài đã có.",
        )
    files = sample_files()
    try:
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as cause:
        raise InputError(
            f"Không ghi được vào thư mục {directory}: {cause.strerror or cause}.",
            hint="Kiểm tra quyền ghi và chỗ trống của ổ đĩa, hoặc chọn thư mục khác.",
        ) from cause
    return tuple(files)
