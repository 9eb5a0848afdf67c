"""The forms of Cài đặt: which fields of station.toml each asks for, in the words of the office."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from broadcaster.station.settings_editing import IDENTITY, POLICY, WINDOW, ZONE
from broadcaster.web.calendar_forms import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsForm:
    """One form on screen: its fields, what they hold, and the table it began from (``token``)."""

    title: str
    asked: tuple[Asked, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    token: str = ""
    back: str = "/cai-dat"
    kept: Mapping[str, str] = field(default_factory=dict)
    does: str = "Lưu cài đặt"

    @property
    def keys(self) -> set[str]:
        """The fields it shows."""
        return {a.key for a in self.asked}


_WARD = (
    Asked(key="ten_phuong", label="Tên phường, xã", required=True, help="Ví dụ: phường Mỹ Thạnh."),
    Asked(
        key="co_quan", label="Cơ quan ban hành báo cáo", required=True, help="Ví dụ: Ủy ban nhân dân phường Mỹ Thạnh."
    ),
    Asked(key="dai", label="Tên đài khi xướng", required=True, help="Ví dụ: Đài truyền thanh phường Mỹ Thạnh."),
    Asked(key="dia_danh", label="Địa danh", required=True, help="Ghi trước ngày tháng của văn bản."),
    Asked(key="cap_tren", label="Cơ quan cấp trên trực tiếp"),
    Asked(key="ma_don_vi", label="Mã đơn vị", help="Nếu có."),
    Asked(key="kinh_gui", label="Kính gửi", kind="long", help="Mỗi nơi một dòng."),
    Asked(key="noi_nhan", label="Nơi nhận", kind="long", help="Cuối văn bản, mỗi nơi một dòng, kể cả dấu chấm phẩy."),
    Asked(
        key="chuc_vu_ky", label="Chức vụ người ký", kind="long", help="Ví dụ hai dòng: KT. CHỦ TỊCH, rồi PHÓ CHỦ TỊCH."
    ),
    Asked(key="nguoi_ky", label="Họ tên người ký", help="Để trống thì chừa chỗ trên giấy."),
    Asked(key="ky_hieu", label="Ký hiệu văn bản", help="Sau số, ví dụ: BC-UBND."),
)
NEW_IDENTITY = (
    Asked(
        key="tu", label="Dùng tên này từ ngày", required=True, help="Ngày/tháng/năm. Tên cũ hết dùng từ ngày trước đó."
    ),
    *_WARD,
)
ASKED: Mapping[str, tuple[Asked, ...]] = {
    IDENTITY: _WARD,
    WINDOW: (
        Asked(key="ten", label="Tên buổi", required=True, help="Ví dụ: Buổi sáng."),
        Asked(key="tu", label="Bắt đầu lúc", required=True, help="Giờ 24 giờ, ví dụ 06:00."),
        Asked(key="den", label="Kết thúc lúc", required=True, help="Ví dụ 06:15."),
        Asked(key="thu", label="Các thứ có buổi này", kind="weekdays"),
        Asked(key="toi_da_phut", label="Tổng số phút phát nhiều nhất", help="Để trống là không giới hạn."),
    ),
    ZONE: (
        Asked(key="ten", label="Tên cụm loa", required=True, help="Lịch phát có thể gọi cụm bằng tên này."),
        Asked(key="dia_diem", label="Nơi đặt loa"),
        Asked(key="bat", label="Cụm này", kind="flag", help="Tạm tắt thì mọi lượt phát bỏ qua cụm này."),
        Asked(key="am_luong_db", label="Tăng giảm âm lượng (dB)", help="0 là giữ nguyên; từ -60 đến 12."),
        Asked(key="bu_tre_ms", label="Bù trễ (mili giây)", help="Tăng âm ra tiếng trễ bao nhiêu thì phát sớm bấy nhiêu."),
        Asked(key="ngo_ra", label="Ngõ ra tiếng", kind="sink"),
        Asked(key="thiet_bi", label="Thiết bị", help="Tên cố định, xem ở trang Thiết bị. Để trống là thiết bị mặc định."),
    ),
    POLICY: (
        Asked(key="gio_yen_tinh", label="Giờ yên tĩnh", required=True,
              help="Loa không được phát trong khoảng này, trừ phát khẩn. Ví dụ 21:00-05:30."),
        Asked(key="cho_phep_tre_giay", label="Cho phép trễ (giây)", required=True,
              help="Trễ quá thì không phát nữa và ghi là bỏ lỡ. 300 giây là 5 phút."),
        Asked(key="so_buoi_toi_da", label="Số buổi phát nhiều nhất một ngày", help="Để trống là không giới hạn."),
        Asked(key="lap_toi_da_moi_tuan", label="Một bài phát lại nhiều nhất mấy lần một tuần", help="0 là không giới hạn."),
        Asked(key="cong_bo_ngay", label="Công bố lịch trước mấy ngày", required=True),
        Asked(key="chuan_bi_ngay", label="Làm sẵn âm thanh trước mấy ngày", required=True),
        Asked(key="can_dong_ho_dung", label="Đồng hồ máy chưa đúng thì", kind="clock"),
        Asked(key="ngay_lam_bu", label="Ngày làm bù", help="Thứ Bảy, Chủ nhật đi làm, cách nhau bằng dấu phẩy: 04/05/2024."),
    ),
}  # fmt: skip
NEW_ZONE = (
    Asked(
        key="ma",
        label="Mã cụm loa",
        required=True,
        help="Chữ thường không dấu, số, gạch nối: khom-3. Không đổi về sau.",
    ),
    *ASKED[ZONE],
)
CHOICES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "flag": (("có", "đang dùng"), ("không", "tạm tắt")),
    "clock": (("có", "không phát, chờ đồng hồ đúng"), ("không", "vẫn phát theo giờ của máy")),
    "sink": (
        ("auto", "tự chọn"), ("pulse", "PulseAudio, PipeWire"), ("alsa", "ALSA"), ("file", "ghi ra tệp, không ra loa"),
    ),
}  # fmt: skip
"""The choices of the kinds that have few; values as the file's rules read them."""
